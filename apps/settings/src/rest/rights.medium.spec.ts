import { RIGHTS } from "@ams-sync/ams";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asking, type Asked } from "../testing/ask.js";
import {
  BOSS,
  COMBINATIONS,
  good,
  loginOf,
  restUnderTest,
  SECRET,
  type RestUnderTest,
} from "../testing/rest-under-test.js";

/** Every endpoint with a question that a user with the rights is answered. `:accountId` is an account of ours. */
interface Row {
  readonly ask: string;
  readonly body?: object;
  readonly ifMatch?: boolean;
  readonly who: "open" | "signed-in" | "both";
  readonly good: number;
  /** What another brokerage's administrator gets, who has all rights there. */
  readonly elsewhere: number;
}

const LOGIN = {
  system: "cloud",
  serverUrl: "https://dav.example.com/",
  username: "jürgen",
  password: SECRET,
};
const OPTIONS = {
  contacts: {
    ...{ customers: true, companies: false, agents: false, birthday: true },
    ...{ agentId: null, tags: [], editedSince: null, container: null },
  },
  appointments: null,
};
const { system: _system, password: _password, ...KEPT } = LOGIN;

const ROWS: Readonly<Record<string, Row>> = {
  "GET sign-in": { ask: "sign-in", who: "open", good: 200, elsewhere: 200 },
  "GET openapi.json": {
    ...{ ask: "openapi.json", who: "open", good: 200, elsewhere: 200 },
  },
  "GET me": { ask: "me", who: "signed-in", good: 200, elsewhere: 200 },
  "GET users": { ask: "users", who: "both", good: 200, elsewhere: 200 },
  "GET users/:userId": {
    ...{ ask: "users/17", who: "both", good: 200, elsewhere: 404 },
  },
  "GET users/:userId/customers": {
    ...{ ask: "users/17/customers", who: "both", good: 200, elsewhere: 404 },
  },
  "GET agents": { ask: "agents", who: "both", good: 200, elsewhere: 200 },
  "GET tags": { ask: "tags", who: "both", good: 200, elsewhere: 200 },
  "GET accounts": { ask: "accounts", who: "both", good: 200, elsewhere: 200 },
  "GET accounts/:accountId": {
    ...{ ask: "accounts/:accountId", who: "both", good: 200, elsewhere: 404 },
  },
  "POST users/:userId/accounts": {
    ...{ ask: "users/16/accounts", who: "both", elsewhere: 404 },
    body: { ...LOGIN, contacts: null, appointments: null },
    good: 201,
  },
  "PUT accounts/:accountId": {
    ...{ ask: "accounts/:accountId", who: "both", good: 200, elsewhere: 404 },
    body: { ...KEPT, ...OPTIONS, policy: "ams-wins" },
    ifMatch: true,
  },
  "PUT accounts/:accountId/credential": {
    ...{ ask: "accounts/:accountId/credential", who: "both" },
    ...{ good: 200, elsewhere: 404 },
    body: { password: SECRET },
    ifMatch: true,
  },
  "POST logins/check": {
    ...{ ask: "logins/check", who: "both", good: 200, elsewhere: 200 },
    body: LOGIN,
  },
  "POST logins/containers": {
    ...{ ask: "logins/containers", who: "both", good: 200, elsewhere: 200 },
    body: { ...LOGIN, stream: "contacts" },
  },
  "POST accounts/:accountId/check": {
    ...{ ask: "accounts/:accountId/check", who: "both" },
    ...{ good: 200, elsewhere: 404 },
  },
  "GET accounts/:accountId/containers": {
    ask: "accounts/:accountId/containers?stream=contacts",
    ...{ who: "both", good: 200, elsewhere: 404 },
  },
  "POST records/names": {
    ...{ ask: "records/names", who: "both", good: 200, elsewhere: 200 },
    body: { records: [{ kind: "customer", recordId: "1" }] },
  },
  "GET records": {
    ...{ ask: "records?search=weiß", who: "both", good: 200, elsewhere: 200 },
  },
  "GET accounts/:accountId/scope": {
    ask: "accounts/:accountId/scope?kind=customer&recordId=1",
    ...{ who: "both", good: 200, elsewhere: 404 },
  },
  "GET audit": { ask: "audit", who: "both", good: 200, elsewhere: 200 },
  // Afterwards it is not what it was.
  "DELETE accounts/:accountId": {
    ...{ ask: "accounts/:accountId?items=leave", who: "both" },
    ...{ good: 202, elsewhere: 404 },
    ifMatch: true,
  },
};

let rest: RestUnderTest;
let ask: Awaited<ReturnType<typeof asking>>["ask"];
let accountId: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  rest = await restUnderTest();
  ({ ask } = await asking(rest));
  for (const login of [
    ...COMBINATIONS.map((_rights, number) => loginOf(number)),
    ...["fremd7", "nie", "betrieb"],
  ])
    tokens.set(login, await rest.issuer.tokenFor(login));
  const made = await ask("POST", `users/${BOSS.userId}/accounts`, {
    token: tokens.get(BOSS.login),
    body: { ...LOGIN, ...OPTIONS },
  });
  if (made.status !== 201) throw new Error(made.text);
  accountId = made.body.accountId;
});
afterAll(() => rest?.stop());

async function put(
  row: string,
  login?: string,
  token?: string,
): Promise<Asked> {
  const [method = ""] = row.split(" ");
  const { ask: path, body, ifMatch } = ROWS[row] as Row;
  // Counted tries are another spec's matter; here each question stands alone.
  await rest.owner.query("delete from settings.login_try");
  await rest.owner.query(
    "delete from settings.account where account_id <> $1",
    [accountId],
  );
  rest.connector.answer = good();
  const { rows } = await rest.owner.query<{ version: string }>(
    "select version from settings.account where account_id = $1",
    [accountId],
  );
  return ask(method, path.replace(":accountId", accountId), {
    token: token ?? (login === undefined ? undefined : tokens.get(login)),
    body,
    ...(ifMatch && { headers: { "if-match": `"${rows[0]?.version}"` } }),
  });
}

const stored = async (): Promise<unknown> =>
  (
    await rest.owner.query(
      "select (select jsonb_agg(a order by a.account_id) from settings.account a) as accounts, (select count(*) from settings.audit_entry) as entries",
    )
  ).rows;

test("every route of the service has a row here, and every row a route", () => {
  const routes = rest.routes
    .filter(({ method, url }) => url.startsWith("/api/") && method !== "HEAD")
    .map(
      ({ method, url }) => `${method} ${url.replace("/api/v1/settings/", "")}`,
    );
  expect(Object.keys(ROWS).toSorted()).toEqual([...new Set(routes)].toSorted());
});

test("what is not below /api is health and metrics only", () => {
  const others = rest.routes
    .filter(({ method, url }) => !url.startsWith("/api/") && method === "GET")
    .map(({ url }) => url);
  expect(others.toSorted()).toEqual([
    "/health/live",
    "/health/ready",
    "/metrics",
  ]);
});

describe.each(Object.keys(ROWS))("%s", (row) => {
  const { who, good: ok, elsewhere } = ROWS[row] as Row;

  test("without a token, and with one that is none", async () => {
    const before = await stored();
    for (const token of [undefined, "eyJhbGciOiJub25lIn0.e30.", "x"]) {
      const { status, body, headers } = await put(row, undefined, token);
      expect(status).toBe(who === "open" ? 200 : 401);
      if (who === "open") continue;
      expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(body.type).toBe(
        `urn:ams-sync:problem:${token === undefined ? "no-token" : "bad-token"}`,
      );
    }
    if (row !== "POST users/:userId/accounts")
      expect(await stored()).toEqual(before);
  });

  test.each(COMBINATIONS.map((rights, number) => [rights, number] as const))(
    "with the rights %j",
    async (rights, number) => {
      const { status, body } = await put(row, loginOf(number));
      const missing = [RIGHTS.usersMenu, RIGHTS.synchronisationPage].filter(
        (right) => !rights.includes(right),
      );
      if (who !== "both" || missing.length === 0) {
        expect([row, status]).toEqual([row, ok]);
        return;
      }
      expect(status).toBe(403);
      expect(
        body.missingRights.map(({ code }: { code: string }) => code),
      ).toEqual(missing);
      for (const { name } of body.missingRights)
        expect(body.detail).toContain(name);
    },
  );

  test("as another brokerage's administrator", async () => {
    const before = await stored();
    const { status, text } = await put(row, "fremd7");
    expect([row, status]).toEqual([row, elsewhere]);
    expect(text).not.toContain(accountId);
    expect(text).not.toMatch(/"mit\d"/);
    if (row.startsWith("PUT")) expect(await stored()).toEqual(before);
  });

  test("as nobody's user: unknown to ams, and the hoster", async () => {
    for (const login of ["nie", "betrieb"]) {
      const { status } = await put(row, login);
      expect([login, status]).toEqual([login, who === "both" ? 403 : 200]);
    }
  });
});

test("a right that is taken away ends with the next request", async () => {
  const asked = () => ask("GET", "users", { token: tokens.get(BOSS.login) });
  expect((await asked()).status).toBe(200);
  await rest.ams.query(
    "select set_config('app.tenant_id', '5b0e6c1e-7a52-4b8e-9d5c-0a4f3c2b1d00', false)",
  );
  await rest.ams.query(
    "delete from ams.user_right where user_id = 17 and right_code = $1",
    [RIGHTS.synchronisationPage],
  );
  expect((await asked()).status).toBe(403);
  await rest.ams.query(
    "insert into ams.user_right values ('5b0e6c1e-7a52-4b8e-9d5c-0a4f3c2b1d00', 17, $1)",
    [RIGHTS.synchronisationPage],
  );
  await rest.ams.query(
    "update ams.user_account set active = false where user_id = 17",
  );
  expect((await asked()).status).toBe(403);
  await rest.ams.query(
    "update ams.user_account set active = true where user_id = 17",
  );
  expect((await asked()).status).toBe(200);
});
