import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "../generated/settings.js";
import { language } from "../i18n/language.js";
import { session } from "../sign-in/session.js";

const asSomebody: Middleware = {
  onRequest: ({ request }) => {
    const token = session.token();
    if (token !== undefined)
      request.headers.set("authorization", `Bearer ${token}`);
    request.headers.set("accept-language", language());
    return request;
  },
};

export const settings = createClient<paths>();
settings.use(asSomebody);
