import type { Entry } from "@ams-sync/contracts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { customer, customers, setAside } from "../testing/office.js";
import {
  BOSS,
  OURS,
  restUnderTest,
  type RestUnderTest,
} from "../testing/rest-under-test.js";
import {
  announce,
  beginNow,
  intend,
  left,
  lost,
  work,
} from "../testing/two-ways.js";

let rest: RestUnderTest;
let token: string;
let account: { tenantId: string; accountId: string };

beforeAll(async () => {
  rest = await restUnderTest();
  token = await rest.issuer.tokenFor(BOSS.login);
  await rest.office.snapshot(customers(OURS, 20));
});
afterAll(() => rest?.stop());
beforeEach(async () => {
  await rest.state.rows("delete from state.account");
  account = await rest.office.account(OURS);
  await rest.office.run(account);
});

const known = async (recordId: string, language = "de", kind = "customer") => {
  const path = `accounts/${account.accountId}/records/${kind}/${recordId}`;
  const { status, body } = await rest.ask("GET", path, {
    ...{ token, headers: { "accept-language": language } },
  });
  expect([path, status]).toEqual([path, 200]);
  return body;
};
const change = async (...ids: string[]) => {
  await rest.office.append(ids.map((id) => customer(OURS, id)));
  const run = await beginNow(rest.office, account);
  await rest.office.takeIn(run);
  return { run, entries: await rest.office.slice(run) };
};
const NOTHING = {
  ...{ lost: null, waiting: null, setAside: null, held: null },
  questions: [],
};

test("is linked, since when, and how the account is", async () => {
  const found = await known("1");
  expect(found).toMatchObject({
    ...NOTHING,
    ...{ record: { kind: "customer", recordId: "1" }, stream: "contacts" },
    on: true,
    link: { itemId: "/dav/ams/1.vcf", origin: "created" },
    account: { health: "ok", leaving: null, errorKind: null },
  });
  expect(found.link.since).toBe(found.link.agreedAt);
  await rest.state.rows("update state.link set linked_at = null");
  expect((await known("1")).link.since).toBeNull();
});

test("is not known here, nor of a stream that is off", async () => {
  expect(await known("77")).toMatchObject({ ...NOTHING, link: null, on: true });
  expect(await known("1", "de", "appointment")).toMatchObject({
    ...{ ...NOTHING, link: null, on: false, stream: "appointments" },
  });
});

test("waits, or is set aside", async () => {
  const { run, entries } = await change("1", "2");
  const of = (id: string) =>
    entries.find(({ recordId }) => recordId === id) as Entry;
  expect((await known("2")).waiting).toMatchObject({
    since: "2026-10-25T00:30:00.000Z",
  });
  await rest.office.commit(run, [setAside(of("1"), 60_000n)]);
  expect(await known("1")).toMatchObject({
    waiting: null,
    setAside: {
      ...{ code: "too-long", itemId: "/dav/ams/1.vcf", attempts: 1 },
      record: { kind: "customer", recordId: "1" },
    },
  });
  await rest.office.end(run);
});

test("waits for an approval, and is missing there", async () => {
  const { run, entries } = await change("1", "2");
  const [one, two] = entries;
  if (!one || !two) throw new Error("nothing was handed out");
  await rest.office.commit(run, [intend(one), lost(two)]);
  await rest.office.end(run);
  expect((await known(one.recordId)).held).toMatchObject({
    ...{
      removal: "delete",
      approved: false,
      itemId: `/dav/ams/${one.recordId}.vcf`,
    },
  });
  const missing = await known(two.recordId);
  expect(missing.lost.state).toBe("noticed");
  expect(missing.waiting).toBeNull();
});

test("is asked about, as long as nobody has answered", async () => {
  const run = await beginNow(rest.office, account);
  await announce(rest.office, run, [
    { itemId: "/dav/x.vcf" },
    { itemId: "/dav/y.vcf" },
  ]);
  const { entries } = await work(rest.office, run, 2);
  await rest.office.commit(
    run,
    entries.map((entry, index) =>
      index === 0 ? left(entry, ["k"], ["3", "4"]) : left(entry, ["k"]),
    ),
  );
  await rest.office.end(run);
  for (const [id, count] of [
    ["3", 1],
    ["4", 1],
    ["5", 0],
  ] as const)
    expect((await known(id)).questions).toHaveLength(count);
  expect((await known("3")).questions).toMatchObject([
    { reason: "ambiguous", message: expect.stringContaining("mehrere Kunden") },
  ]);
  expect((await known("3", "en")).questions[0].message).toContain(
    "several customers",
  );
  await rest.state.rows("update state.unlinked_item set settled = true");
  expect((await known("3")).questions).toEqual([]);
});

test("of another one's account, or of no kind, is not there", async () => {
  const asked = (path: string) =>
    rest.ask("GET", `accounts/${path}`, { token });
  for (const path of [
    "00000000-0000-4000-8000-00000000000a/records/customer/1",
    `${account.accountId}/records/user/1`,
    `${account.accountId}/records/customer/x`,
  ])
    expect((await asked(path)).status).toBe(404);
});
