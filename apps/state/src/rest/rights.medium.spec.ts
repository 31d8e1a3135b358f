import { RIGHTS } from "@ams-sync/ams/rights";
import type { Asked } from "@ams-sync/testing/rest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customers } from "../testing/office.js";
import {
  BOSS,
  COMBINATIONS,
  loginOf,
  OURS,
  restUnderTest,
  type RestUnderTest,
} from "../testing/rest-under-test.js";

/** Every endpoint with a question that a user with the rights is answered. `:accountId` is an account of ours. */
interface Row {
  readonly ask?: string;
  readonly body?: object;
  readonly who: "open" | "both" | "hoster";
  readonly good: number;
  /** What another brokerage's administrator gets, who has all rights there. */
  readonly elsewhere: number;
}

const list = { who: "both", good: 200, elsewhere: 200 } as const;
const ofOne = { who: "both", good: 200, elsewhere: 404 } as const;
const RECORD = { kind: "customer", recordId: "1" };

const ROWS: Readonly<Record<string, Row>> = {
  "GET openapi.json": { who: "open", good: 200, elsewhere: 200 },
  "GET accounts": list,
  "GET accounts/:accountId": ofOne,
  "GET accounts/:accountId/runs": ofOne,
  "GET accounts/:accountId/set-aside": ofOne,
  "GET accounts/:accountId/progress": ofOne,
  "POST accounts/:accountId/sync-now": { ...ofOne, good: 202 },
  "POST accounts/:accountId/reset": {
    ...{ ...ofOne, good: 202 },
    body: { stream: "contacts" },
  },
  "GET accounts/:accountId/held": {
    ...ofOne,
    ask: "accounts/:accountId/held?stream=contacts",
  },
  "POST accounts/:accountId/held/approve": {
    ...ofOne,
    body: {
      stream: "contacts",
      entries: [{ entryId: "1", position: "1", removal: "delete" }],
    },
  },
  "GET accounts/:accountId/left": {
    ...ofOne,
    ask: "accounts/:accountId/left?stream=contacts",
  },
  // There is none: whoever may ask is told so.
  "POST accounts/:accountId/left/decide": {
    ...{ ...ofOne, good: 404 },
    body: { stream: "contacts", itemId: "/x.vcf", decision: "leave" },
  },
  "GET accounts/:accountId/lost": {
    ...ofOne,
    ask: "accounts/:accountId/lost?stream=contacts",
  },
  "POST accounts/:accountId/lost/decide": {
    ...{ ...ofOne, good: 404 },
    body: { record: RECORD, restore: true },
  },
  "GET accounts/:accountId/conflicts": ofOne,
  "POST accounts/:accountId/conflicts/:conflictId/take-back": {
    ...{ ...ofOne, good: 404 },
    ask: "accounts/:accountId/conflicts/1/take-back",
  },
  "GET accounts/:accountId/records/:kind/:recordId": {
    ...ofOne,
    ask: "accounts/:accountId/records/customer/1",
  },
  "GET accounts/:accountId/preview": {
    ...ofOne,
    ask: "accounts/:accountId/preview?stream=contacts",
  },
  "GET accounts/:accountId/preview/entries": {
    ...ofOne,
    ask: "accounts/:accountId/preview/entries?stream=contacts",
  },
  // None is shown: whoever may ask is told so.
  "POST accounts/:accountId/preview/apply": {
    ...{ ...ofOne, good: 409 },
    body: { stream: "contacts", number: 1 },
  },
  "GET tenants": { who: "hoster", good: 200, elsewhere: 403 },
};

let rest: RestUnderTest;
let accountId: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  rest = await restUnderTest();
  await rest.office.snapshot(customers(OURS, 3));
  ({ accountId } = await rest.office.account(OURS));
  for (const login of [
    ...COMBINATIONS.map((_rights, number) => loginOf(number)),
    ...["fremd7", "nie", "betrieb"],
  ])
    tokens.set(login, await rest.issuer.tokenFor(login));
});
afterAll(() => rest?.stop());

type Answer = Pick<Asked, "status" | "body" | "headers" | "text">;

async function put(
  row: string,
  login?: string,
  token = login === undefined ? undefined : tokens.get(login),
): Promise<Answer> {
  const [method = "", template = ""] = row.split(" ");
  const { ask = template, body } = ROWS[row] as Row;
  const path = ask.replace(":accountId", accountId);
  return path.endsWith("/progress")
    ? watch(path, token)
    : rest.ask(method, path, { token, body });
}

/** The answer would last. */
async function watch(path: string, token?: string): Promise<Answer> {
  const abort = new AbortController();
  const answer = await fetch(`${rest.url}/api/v1/state/${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  const { status, headers } = answer;
  const text = status === 200 ? "" : await answer.text();
  abort.abort();
  return { status, headers, text, body: text && JSON.parse(text) };
}

const stored = async (): Promise<unknown> =>
  rest.state.rows(
    `select a.*, s.due_at, (select jsonb_agg(t order by t.kind) from state.stream t where t.account_id = a.account_id)
     from state.account a join state.schedule s using (tenant_id, account_id)`,
  );

test("every route of the service has a row here, and every row a route", () => {
  const routes = rest.routes
    .filter(({ method, url }) => url.startsWith("/api/") && method !== "HEAD")
    .map(({ method, url }) => `${method} ${url.replace("/api/v1/state/", "")}`);
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
  const { who, good, elsewhere } = ROWS[row] as Row;

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
    expect(await stored()).toEqual(before);
  });

  test.each(COMBINATIONS.map((rights, number) => [rights, number] as const))(
    "with the rights %j",
    async (rights, number) => {
      const before = await stored();
      const { status, body } = await put(row, loginOf(number));
      const missing = [RIGHTS.usersMenu, RIGHTS.synchronisationPage].filter(
        (right) => !rights.includes(right),
      );
      if (who === "open" || (who === "both" && missing.length === 0)) {
        expect([row, status]).toEqual([row, good]);
        return;
      }
      expect(status).toBe(403);
      expect(await stored()).toEqual(before);
      if (who === "hoster") return;
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
    expect(await stored()).toEqual(before);
  });

  test("as nobody's user: unknown to ams, and the hoster", async () => {
    for (const login of ["nie", "betrieb"]) {
      const { status } = await put(row, login);
      const allowed =
        who === "open" || (who === "hoster" && login === "betrieb");
      expect([login, status]).toEqual([login, allowed ? 200 : 403]);
    }
  });
});

test("a right that is taken away ends with the next request", async () => {
  const asked = () => rest.ask("GET", "accounts", token());
  const boss = `${OURS}/${BOSS.userId}`;
  const all = rest.rights.get(boss) ?? [];
  expect((await asked()).status).toBe(200);
  rest.rights.set(boss, [RIGHTS.usersMenu]);
  expect((await asked()).status).toBe(403);
  rest.rights.delete(boss);
  expect((await asked()).body.type).toBe("urn:ams-sync:problem:not-a-user");
  rest.rights.set(boss, all);
  expect((await asked()).status).toBe(200);
});

test("while rights cannot be asked for nobody gets in", async () => {
  rest.settings.down = true;
  const { status, body } = await rest.ask("GET", "accounts", token());
  rest.settings.down = false;
  expect([status, body.type]).toEqual([503, "urn:ams-sync:problem:ams-away"]);
});

const token = () => ({ token: tokens.get(BOSS.login) });
