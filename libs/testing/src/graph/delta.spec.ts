import { afterAll, beforeAll, expect, it } from "vitest";
import {
  asking,
  outcome,
  type Ask,
  type Body,
} from "../testing/graph-client.js";
import { startGraph, type Graph, type OutlookUser } from "./index.js";

let graph: Graph;
let anna: OutlookUser;
let ask: Ask;

beforeAll(async () => {
  graph = await startGraph({ strict: false });
  anna = graph.mailbox("anna@makler.example");
  ask = await asking(graph);
});
afterAll(() => graph.stop());

const fresh = () => {
  const id = anna.folders.add(`f${anna.folders.list().length}`);
  return {
    id,
    delta: `/users/${anna.address}/contactFolders/${id}/contacts/delta`,
  };
};

/** All pages of a round. */
async function round(at: string, size = 50) {
  const rows: Body[] = [];
  let link: string | undefined = at;
  let token = "";
  let pages = 0;
  while (link !== undefined) {
    const prefer = `IdType="ImmutableId", odata.maxpagesize=${size}`;
    const got = await ask("GET", link, undefined, { prefer });
    expect(got.status).toBe(200);
    rows.push(...(got.body.value as Body[]));
    link = got.body["@odata.nextLink"] as unknown as string | undefined;
    token = String(got.body["@odata.deltaLink"] ?? "");
    pages += 1;
  }
  return { rows, token, pages };
}

it("tells what is there in pages, and then only what changed", async () => {
  const { id, delta } = fresh();
  const ids = Array.from(
    { length: 5 },
    (_, n) => anna.contacts.add({ givenName: `n${n}` }, id).id,
  );
  const first = await round(delta, 2);
  expect(first.pages).toBe(3);
  expect(first.rows.map((row) => row["id"])).toEqual(ids);
  expect((await round(first.token)).rows).toEqual([]);

  anna.contacts.edit(ids[3] ?? "", { nickName: "x" });
  anna.contacts.remove(ids[0] ?? "");
  anna.contacts.discard(ids[1] ?? "");
  const second = await round(first.token);
  expect(second.rows).toMatchObject([
    { id: ids[3], nickName: "x" },
    { id: ids[0], "@removed": { reason: "deleted" } },
    { id: ids[1], "@removed": { reason: "changed" } },
  ]);
  expect(second.pages).toBe(1);
  expect((await round(second.token)).rows).toEqual([]);
});

it("tells of what goes between two pages, but not of what went before the first", async () => {
  const { id, delta } = fresh();
  const [a, b, c] = ["a", "b", "c"].map(
    (name) => anna.contacts.add({ givenName: name }, id).id,
  );
  anna.contacts.remove(c ?? "");
  const prefer = 'IdType="ImmutableId", odata.maxpagesize=1';
  const page = await ask("GET", delta, undefined, { prefer });
  anna.contacts.remove(a ?? "");
  const rest = await round(String(page.body["@odata.nextLink"]));
  expect(rest.rows).toMatchObject([
    { id: b },
    { id: a, "@removed": { reason: "deleted" } },
  ]);
});

it("keeps $select through the tokens", async () => {
  const { id, delta } = fresh();
  anna.contacts.add({ givenName: "a", surname: "b" }, id);
  const { rows, token } = await round(`${delta}?$select=surname`);
  expect(Object.keys(rows[0] ?? {}).toSorted()).toEqual([
    "@odata.etag",
    "id",
    "surname",
  ]);
  anna.contacts.add({ givenName: "c", surname: "d" }, id);
  expect((await round(token)).rows[0]?.["givenName"]).toBeUndefined();
});

it.each([
  "$filter=surname eq 'x'",
  "$expand=extensions",
  "$top=5",
  "$orderby=surname",
])("refuses %s", async (option) => {
  const { delta } = fresh();
  expect(outcome(await ask("GET", `${delta}?${option}`))).toBe(
    "400 ErrorInvalidUrlQuery",
  );
});

it("refuses tokens of another folder and made-up ones", async () => {
  const { token } = await round(fresh().delta);
  const [, query] = token.split("?");
  const other = `${fresh().delta}?${query}`;
  expect(outcome(await ask("GET", other))).toBe("400 BadRequest");
  expect(outcome(await ask("GET", `${token}x`))).toBe("400 BadRequest");
});

it.each(["SyncStateNotFound", "resyncRequired"] as const)(
  "ends tokens with 410 %s",
  async (code) => {
    const { delta } = fresh();
    const { token } = await round(delta);
    anna.expireTokens(code);
    expect(outcome(await ask("GET", token))).toBe(`410 ${code}`);
    await round(delta);
  },
);
