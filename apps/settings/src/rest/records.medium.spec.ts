import { AmsDirectory } from "@ams-sync/ams";
import type { Person } from "@ams-sync/platform/sign-in";
import type { RecordKind } from "@ams-sync/sync-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asking } from "../testing/ask.js";
import {
  loginOf,
  OURS,
  restUnderTest,
  THEIRS,
  type RestUnderTest,
} from "../testing/rest-under-test.js";
import { People } from "./people.js";

let rest: RestUnderTest;
let ask: Awaited<ReturnType<typeof asking>>["ask"];

const RECORDS = [
  { kind: "customer", recordId: "1" },
  { kind: "customer", recordId: "2" },
  { kind: "customer", recordId: "3" },
  { kind: "company", recordId: "1" },
  { kind: "agent", recordId: "10" },
  { kind: "appointment", recordId: "1" },
  { kind: "appointment", recordId: "2" },
  { kind: "appointment", recordId: "3" },
  { kind: "customer", recordId: "404" },
];

beforeAll(async () => {
  rest = await restUnderTest();
  ({ ask } = await asking(rest));
  for (const tenantId of [THEIRS, OURS]) {
    const ours = tenantId === OURS;
    const [own, colleague, other] = ours ? [17, 11, 25] : [57, 51, 65];
    await rest.ams.query("select set_config('app.tenant_id', $1, false)", [
      tenantId,
    ]);
    await rest.ams.query(
      `insert into ams.customer (tenant_id, customer_id, kind, first_name, last_name, name)
       values ($1, 1, 'private', 'Jörg', $2, null), ($1, 2, 'commercial', null, null, 'Löwen-Apotheke'),
         ($1, 3, 'private', null, ' ', null)`,
      [tenantId, ours ? "Größ" : "Fremd"],
    );
    await rest.ams.query(
      "insert into ams.company (tenant_id, company_id, name) values ($1, 1, 'Nordstern AG')",
      [tenantId],
    );
    await rest.ams.query(
      `insert into ams.appointment (tenant_id, appointment_id, user_id, date, starts_at_time, reason)
       values ($1, 1, $2, '2026-11-24', '09:30', 'Beratung'), ($1, 2, $3, '2026-11-25', null, 'Zahnarzt'),
         ($1, 3, $4, '2026-11-26', null, 'Kündigung')`,
      [tenantId, own, colleague, other],
    );
  }
});
afterAll(() => rest?.stop());

const namesFor = async (login: string, records: object[] = RECORDS) => {
  const { status, body } = await ask("POST", "records/names", {
    token: await rest.issuer.tokenFor(login),
    body: { records },
  });
  expect(status).toBe(200);
  return body.names.map(
    ({ kind, recordId, name }: Record<string, string>) =>
      `${kind} ${recordId}: ${name}`,
  );
};

test("are those of the caller's own brokerage, and of others' appointments only when they are", async () => {
  expect(await namesFor(loginOf(7))).toEqual([
    "customer 1: Jörg Größ",
    "customer 2: Löwen-Apotheke",
    "customer 3: 3",
    "company 1: Nordstern AG",
    "agent 10: Sabine Weiß",
    "appointment 1: 2026-11-24 09:30 Beratung",
    // R15: of the same department
    "appointment 2: 2026-11-25 Zahnarzt",
    "appointment 3: 2026-11-26",
  ]);
  // Without that right.
  const [theirs, , , , , one, two, three] = [
    ...(await namesFor(loginOf(3))),
    "",
  ];
  expect([theirs, one, two, three]).toEqual([
    "customer 1: Jörg Größ",
    "appointment 1: 2026-11-24 09:30",
    "appointment 2: 2026-11-25",
    "appointment 3: 2026-11-26",
  ]);
  expect((await namesFor("fremd7"))[0]).toBe("customer 1: Jörg Fremd");
});

test("R13: are those of customers only whose agent is released to the caller", async () => {
  const set = (text: string) => rest.ams.query(text, [OURS]);
  await rest.ams.query("select set_config('app.tenant_id', $1, false)", [OURS]);
  await set("update ams.tenant set agent_release = true where tenant_id = $1");
  await set(
    "update ams.customer set agent_id = 10 where tenant_id = $1 and customer_id <= 1",
  );
  await set("insert into ams.agent_release values ($1, 17, 10)");
  try {
    const customers = RECORDS.slice(0, 2);
    expect(await namesFor(loginOf(7), customers)).toEqual([
      "customer 1: Jörg Größ",
      "customer 2: 2",
    ]);
    expect(await namesFor(loginOf(3), customers)).toEqual([
      "customer 1: 1",
      "customer 2: 2",
    ]);
  } finally {
    await set("delete from ams.agent_release where tenant_id = $1");
    await set(
      "update ams.tenant set agent_release = false where tenant_id = $1",
    );
  }
});

/** What state is told of who sees what. */
const seenBy = async (userId: string) => {
  const directory = new AmsDirectory([rest.consoleUrl], "spec");
  try {
    const records = RECORDS.map(({ kind, recordId }) => ({
      ...{ kind: kind as RecordKind, id: recordId },
    }));
    const { visible, gone } = await new People(directory).visible(
      { tenantId: OURS, userId } as Person,
      records,
    );
    const named = (keys: typeof gone) =>
      keys.map(({ kind, id }) => `${kind} ${id}`).toSorted();
    return { visible: named(visible), gone: named(gone) };
  } finally {
    await directory.close();
  }
};
const FIRMS = ["agent 10", "company 1"];
const GONE = ["customer 404"];
const CUSTOMERS = ["customer 1", "customer 2", "customer 3"];

test("R13, R15: who is named whole is seen by the same people, and what is gone by nobody", async () => {
  const own = "appointment 1";
  const colleagues = "appointment 2";
  const boss = await seenBy("17");
  expect(boss.visible).toEqual(
    [...FIRMS, ...CUSTOMERS, own, colleagues].toSorted(),
  );
  expect(boss.gone).toEqual(GONE);
  // Without the right of R15: unseen, but not gone.
  expect(await seenBy("13")).toEqual({
    ...{ visible: [...FIRMS, ...CUSTOMERS].toSorted(), gone: GONE },
  });
  expect(await seenBy("999")).toEqual({ visible: [], gone: [] });
  const set = (text: string) => rest.ams.query(text, [OURS]);
  await rest.ams.query("select set_config('app.tenant_id', $1, false)", [OURS]);
  await set("update ams.tenant set agent_release = true where tenant_id = $1");
  try {
    expect(await seenBy("17")).toEqual({
      ...{ visible: [...FIRMS, own, colleagues].toSorted(), gone: GONE },
    });
  } finally {
    await set(
      "update ams.tenant set agent_release = false where tenant_id = $1",
    );
  }
});

test.each([
  [{}, "/records"],
  [{ records: [] }, "/records"],
  [{ records: Array.from({ length: 201 }, () => RECORDS[0]) }, "/records"],
  [{ records: [{ kind: "user", recordId: "1" }] }, "/records/0/kind"],
  [{ records: [{ kind: "agent", recordId: "x" }] }, "/records/0/recordId"],
])("are asked for by kind and id: %#", async (body, pointer) => {
  const answer = await ask("POST", "records/names", {
    ...{ token: await rest.issuer.tokenFor(loginOf(7)), body },
  });
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ pointer }]);
});
