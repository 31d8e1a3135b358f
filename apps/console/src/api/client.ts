import createClient, { type Middleware } from "openapi-fetch";
import type { paths as SettingsPaths } from "../generated/settings.js";
import type { paths as StatePaths } from "../generated/state.js";
import { language } from "../i18n/language.js";
import { session } from "../sign-in/session.js";

/** What goes with every request. */
export const asSomebody = (): Readonly<Record<string, string>> => {
  const token = session.token();
  return {
    "accept-language": language(),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
};

const signed: Middleware = {
  onRequest: ({ request }) => {
    for (const [name, value] of Object.entries(asSomebody()))
      request.headers.set(name, value);
    return request;
  },
};

export const settings = createClient<SettingsPaths>();
export const state = createClient<StatePaths>();
settings.use(signed);
state.use(signed);
