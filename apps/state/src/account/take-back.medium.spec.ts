import { randomUUID } from "node:crypto";
import { Conflict_Winner } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { customers, linked, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { announce, beginNow, work } from "../testing/two-ways.js";
import { ConflictRepository } from "./conflict.repository.js";
import { Decisions } from "./decisions.js";

let postgres: Postgres;
let state: StateUnderTest;
beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state?.stop();
  await postgres?.stop();
});

type Values = Readonly<Record<string, string>>;

const BONN = { city: "Bonn", postalCode: "53111" };
const KOELN = { city: "Köln", postalCode: "50667" };
const TRIER = { city: "Trier", postalCode: "54290" };

/** A write is refused as the item was changed once more: one run tells of two values of one field. */
const told = async (kept: Values, ...lost: readonly Values[]) => {
  const office = new Office(state, `ams-${randomUUID()}`);
  const tenant = randomUUID();
  await office.snapshot(customers(tenant, 1));
  const account = await office.account(tenant);
  await office.run(account);
  const run = await beginNow(office, account);
  const changed = { itemId: "/dav/ams/1.vcf", itemVersion: '"2"' };
  await announce(office, run, [changed]);
  const [entry] = (await work(office, run)).entries;
  if (!entry) throw new Error("nothing was handed out");
  const agreed = linked(entry, {
    ...{ fields: JSON.stringify(BONN), itemVersion: '"3"' },
  });
  for (const [index, values] of lost.entries()) {
    const conflicts = Object.entries(values).map(([field, remote]) => ({
      ...{ field, winner: Conflict_Winner.AMS, remote },
      ams: (index === 0 ? kept : BONN)[field as keyof typeof BONN],
    }));
    await office.commit(run, [{ ...agreed, position: 0n, conflicts }]);
  }
  await office.commit(run, [agreed]);
  await office.end(run);
  const rows = () =>
    state.rows<{ id: string; lost: string; waits: boolean }>(
      `select conflict_id as id, remote_value as lost, taken_back is not null as waits from state.conflict
       where account_id = $1 order by 1`,
      [account.accountId],
    );
  const takeBack = async (value: string) => {
    const id = (await rows()).find((row) => row.lost === value)?.id ?? "0";
    await state
      .get(Decisions)
      .store(account, (manager) =>
        state.get(ConflictRepository).takeBack(manager, account, BigInt(id)),
      );
  };
  const waiting = async () =>
    (await rows()).filter(({ waits }) => waits).map((row) => row.lost);
  const wishes = async () => {
    const next = await beginNow(office, account);
    const [due] = (await work(office, next)).entries;
    return due?.takeBack.map(({ field, kept: has, lost: wanted }) => [
      ...[field, has, wanted],
    ]);
  };
  return { takeBack, waiting, wishes };
};

it.each([
  ["Köln", KOELN],
  ["Trier", TRIER],
  ["54290", TRIER],
])("takes back the value that was chosen: %s", async (chosen, address) => {
  const { takeBack, waiting, wishes } = await told(BONN, KOELN, TRIER);
  await takeBack(chosen);
  expect(await waiting()).toEqual(Object.values(address));
  expect(await wishes()).toEqual([
    ["city", "Bonn", address.city],
    ["postalCode", "53111", address.postalCode],
  ]);
});

it("takes back one that stands, though another of the run was overtaken", async () => {
  const { takeBack, waiting } = await told(
    { city: "Ulm" },
    { city: "Köln" },
    { city: "Trier" },
  );
  await expect(takeBack("Köln")).rejects.toThrow("changed again");
  await takeBack("Trier");
  expect(await waiting()).toEqual(["Trier"]);
});
