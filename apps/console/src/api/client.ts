import createClient from "openapi-fetch";
import type { paths as SettingsPaths } from "../generated/settings.js";
import type { paths as StatePaths } from "../generated/state.js";
import { language } from "../i18n/language.js";
import { renewed, renewedInTime } from "../sign-in/renew.js";
import { session } from "../sign-in/session.js";

/** As who is signed in, in their language; what their token is too old for is asked again with a new one. */
export async function askSigned(request: Request): Promise<Response> {
  await renewedInTime();
  const again = request.clone();
  const answer = await fetch(signed(request));
  if (answer.status !== 401 || !(await renewed())) return answer;
  return fetch(signed(again));
}

const signed = (request: Request): Request => {
  request.headers.set("accept-language", language());
  const token = session.token();
  if (token !== undefined)
    request.headers.set("authorization", `Bearer ${token}`);
  return request;
};

export const settings = createClient<SettingsPaths>({ fetch: askSigned });
export const state = createClient<StatePaths>({ fetch: askSigned });
