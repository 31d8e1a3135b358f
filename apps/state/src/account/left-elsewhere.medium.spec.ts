import { randomUUID } from "node:crypto";
import {
  Departure,
  StreamKind,
  System,
  type RunRef,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { customers, linked, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

type Ref = { tenantId: string; accountId: string };
const { CONTACTS } = StreamKind;

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;
let account: Ref;
let home: string;

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});
beforeEach(async () => {
  office = new Office(state, `ams-${randomUUID()}`);
  tenant = randomUUID();
  home = `https://cloud.example/dav/${randomUUID()}`;
  await office.snapshot(customers(tenant, 3));
  account = await office.account(tenant);
});

interface Told {
  readonly moved?: bigint;
  readonly leaving?: Departure;
  /** Accounts that take over what was put, and with which version the account came to the place. */
  readonly former?: readonly (readonly [Ref, bigint])[];
}
/** What settings says, once more with all that it has no answer to. */
const tell = (settingsVersion: bigint, { moved, leaving, former }: Told) =>
  office.accounts.announceAccount({
    ...{ account, userId: "7", system: System.CLOUD, settingsVersion },
    ...{ streams: [CONTACTS], ...(leaving && { leaving }) },
    ...(moved !== undefined && {
      ...{ movedStreams: [CONTACTS], movedSince: [moved] },
    }),
    formerPlaces: (former ?? []).map(([{ accountId }, since]) => ({
      ...{ accountId, streams: [CONTACTS], since: [since] },
    })),
  });
const begin = async (of: Ref = account) => {
  await state.rows(
    `update state.schedule set due_at = now(), not_before = null where account_id = $1`,
    [of.accountId],
  );
  return office.begin(of);
};
const pathOf = (place: string) => new URL(`${home}/${place}/`).pathname;
const bound = async (place: string): Promise<RunRef> => {
  const run = await begin();
  await office.runs.bindContainer({
    ...{ run, stream: CONTACTS, container: `${home}/${place}/` },
  });
  await office.takeIn(run);
  return run;
};
/** Contacts at a place, the first `most` of them linked. */
const settle = async (place: string, most = 3) => {
  const run = await bound(place);
  const entries = await office.slice(run);
  await office.commit(
    run,
    entries
      .slice(0, most)
      .map((entry) =>
        linked(entry, { itemId: `${pathOf(place)}${entry.recordId}.vcf` }),
      ),
  );
  await office.end(run);
};
const itemsOf = async (of: Ref) =>
  (
    await state.rows<{ item_id: string }>(
      `select item_id from state.link where account_id = $1 order by record_id`,
      [of.accountId],
    )
  ).map(({ item_id }) => item_id.slice(new URL(home).pathname.length + 1));
const all = (place: string) => [1, 2, 3].map((id) => `${place}/${id}.vcf`);
const another = (): Ref => ({ tenantId: tenant, accountId: randomUUID() });

describe("a link to what was left at a place before", () => {
  it("is told as one until something is agreed", async () => {
    await settle("a");
    await tell(2n, { moved: 2n });
    const run = await bound("b");
    const entries = await office.slice(run);
    expect(entries.map(({ link }) => link?.elsewhere)).toEqual([
      ...[true, true, true],
    ]);
    const [one, two] = entries;
    if (!one?.link || !two) throw new Error("nothing was handed out");
    await office.commit(run, [
      // Nobody knows what became of its record: nothing is agreed.
      linked(one, { ...one.link, elsewhere: false }),
      linked(two, { itemId: `${pathOf("b")}2.vcf` }),
    ]);
    expect(
      await state.rows(
        `select record_id, elsewhere from state.link where account_id = $1 order by 1`,
        [account.accountId],
      ),
    ).toEqual([
      { record_id: "1", elsewhere: true },
      { record_id: "2", elsewhere: false },
      { record_id: "3", elsewhere: true },
    ]);
  });

  it("is only forgotten where the account is disconnected and all is to be removed", async () => {
    await settle("a");
    await tell(2n, { moved: 2n });
    await settle("b", 1);
    await tell(3n, { leaving: Departure.REMOVE });
    expect(await itemsOf(account)).toEqual(["b/1.vcf"]);
    const entries = await office.slice(await begin());
    expect(entries.map(({ recordId }) => recordId)).toEqual(["1"]);
  });
});

describe("a place where nothing was put as state had not heard of it", () => {
  it("hands nothing over of the one before, which was to be left", async () => {
    await settle("a");
    const former = another();
    // a → b "leave", b → c "remove", told at once.
    await tell(3n, { moved: 3n, former: [[former, 2n]] });
    expect(await itemsOf(former)).toEqual([]);
  });

  it("hands over what was put there where state had heard, and its answer was lost", async () => {
    await settle("a");
    await tell(2n, { moved: 2n });
    await settle("b");
    const former = another();
    await tell(3n, { moved: 3n, former: [[former, 2n]] });
    expect(await itemsOf(former)).toEqual(all("b"));
  });

  it("hands nothing over of one that was left in between", async () => {
    await settle("a");
    const [first, second] = [another(), another()];
    // a → b "remove"; the answer is lost.
    await tell(2n, { moved: 2n, former: [[first, 0n]] });
    await settle("b");
    // b → c "leave", c → d "remove".
    const former = [
      [first, 0n],
      [second, 3n],
    ] as const;
    await tell(4n, { moved: 4n, former });
    expect(await itemsOf(first)).toEqual(all("a"));
    expect(await itemsOf(second)).toEqual([]);
    expect(await itemsOf(account)).toEqual(all("b"));
  });
});

it("a move that is told once more with the next save is no move from the new place", async () => {
  await settle("a");
  await tell(2n, { moved: 2n });
  await settle("b");
  await tell(3n, { moved: 2n });
  const [kept] = await state.rows(
    `select count(*) filter (where not elsewhere and hash <> '')::int as agreed from state.link where account_id = $1`,
    [account.accountId],
  );
  expect(kept).toEqual({ agreed: 3 });
});
