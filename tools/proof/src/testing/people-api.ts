import { asking, type Asked } from "@ams-sync/testing/rest";
import type { Stack } from "@ams-sync/stack";
import type { Office } from "../office.js";

export interface AskedFor {
  readonly body?: object;
  readonly service?: "settings" | "state";
  readonly headers?: Readonly<Record<string, string>>;
}

/** Both services as one person's program uses them; every answer is as the service's document says. */
export interface PeopleApi {
  token: string;
  ask(method: string, path: string, how?: AskedFor): Promise<Asked>;
  signIn(login: string): Promise<void>;
}

export async function peopleApi(
  stack: Pick<Stack, "urls" | "issuer">,
): Promise<PeopleApi> {
  const of = (service: "settings" | "state") =>
    asking(`${stack.urls[service]}/api/v1/${service}`);
  const services = { settings: await of("settings"), state: await of("state") };
  const api: PeopleApi = {
    token: "",
    ask: (method, path, { service = "settings", ...question } = {}) =>
      services[service].ask(method, path, { token: api.token, ...question }),
    signIn: async (login) => {
      api.token = (await stack.issuer?.tokenFor(login)) ?? "";
    },
  };
  return api;
}

/** Gives the user what the pages and the API ask for (R11, R12). */
export const grantPages = (
  { ams, tenantId }: Pick<Office, "ams" | "tenantId">,
  userId: string,
): Promise<unknown> =>
  ams.query(
    `insert into ams.user_right select $1, $2, unnest(array['menu.organisation.users', 'window.users.synchronisation'])
     on conflict do nothing`,
    [tenantId, userId],
  );
