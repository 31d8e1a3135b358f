import { asking, type Asked } from "./ask.js";
import {
  BOSS,
  good,
  restUnderTest,
  SECRET,
  type RestUnderTest,
} from "./rest-under-test.js";

export const LOGIN = {
  system: "cloud",
  serverUrl: "https://dav.example.com/",
  username: "jürgen",
  password: SECRET,
};
export const CONTACTS = {
  ...{ customers: true, companies: false, agents: true, birthday: true },
  ...{ agentId: "10", tags: ["Großkunde"], editedSince: "2024-02-29" },
  container: "/jürgen/privat/",
};
export const APPOINTMENTS = {
  maxAgeDays: 30,
  editedSince: null,
  container: null,
};

/** The API as one who has all rights uses it. */
export interface RestOffice {
  readonly rest: RestUnderTest;
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Asked>;
  /** A cloud account of that user, with both kinds. */
  create(more?: object): Promise<Asked>;
  /** Saves what was read, changed. */
  change(account: Asked, more: object, etag?: string): Promise<Asked>;
  count(table: string): Promise<number>;
  /** Nothing stored, nothing tried, a connector that says yes. */
  anew(): Promise<void>;
}

export async function restOffice(
  ...how: Parameters<typeof restUnderTest>
): Promise<RestOffice> {
  const rest = await restUnderTest(...how);
  const { ask: raw } = await asking(rest);
  const token = await rest.issuer.tokenFor(BOSS.login);
  const ask: RestOffice["ask"] = (method, path, body, headers = {}) =>
    raw(method, path, { token, body, headers });
  return {
    rest,
    ask,
    create: (more = {}) =>
      ask("POST", `users/${BOSS.userId}/accounts`, {
        ...LOGIN,
        ...{ contacts: CONTACTS, appointments: APPOINTMENTS },
        ...more,
      }),
    change: (account, more, etag) => {
      const { contacts, appointments, serverUrl, username, policy } =
        account.body;
      return ask(
        "PUT",
        `accounts/${account.body.accountId}`,
        { contacts, appointments, serverUrl, username, policy, ...more },
        { "if-match": etag ?? account.headers.get("etag") ?? "" },
      );
    },
    count: async (table) => {
      const { rows } = await rest.owner.query(
        `select count(*)::int as n from settings.${table}`,
      );
      return rows[0].n;
    },
    anew: async () => {
      await rest.owner.query(
        "delete from settings.login_try; delete from settings.account; delete from settings.announcement; delete from settings.audit_entry; delete from settings.audited_tenant",
      );
      rest.connector.asked = [];
      rest.connector.answer = good();
      rest.connector.down = false;
      rest.state.ended = false;
      rest.state.down = false;
      rest.state.told = [];
      rest.state.announced = [];
    },
  };
}

export const pointersOf = ({ body }: Asked): string[] =>
  (body.errors ?? []).map(
    ({ pointer, code }: { pointer: string; code: string }) =>
      `${pointer} ${code}`,
  );
