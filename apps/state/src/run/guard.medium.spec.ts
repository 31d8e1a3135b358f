import { randomUUID } from "node:crypto";
import { StreamKind, WireRemoval, type RunRef } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  agreed,
  customer,
  customers,
  linked,
  Office,
  setAside,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import {
  announce,
  beginNow,
  cleared,
  heldOf,
  intend,
  removed,
  statusOf,
  work,
} from "../testing/two-ways.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;
let account: { tenantId: string; accountId: string };

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});
beforeEach(() => {
  office = new Office(state, `ams-${randomUUID()}`);
  tenant = randomUUID();
});

/** An account whose contacts are all linked. */
const linkedContacts = async (count: number) => {
  await office.snapshot(customers(tenant, count));
  account = await office.account(tenant);
  const run = await office.begin(account);
  await office.takeIn(run);
  const { entries } = await work(office, run);
  await office.commit(run, entries.map(agreed));
  await office.end(run);
};

/** Contacts deleted in ams, and a run that has taken it in. */
const deletedContacts = async (count: number, from = 1): Promise<RunRef> => {
  await office.append(
    customers(tenant, count, from).map((change) => ({
      ...change,
      deleted: true,
    })),
  );
  const run = await beginNow(office, account);
  await office.takeIn(run);
  return run;
};
const intendAll = async (run: RunRef) => {
  const { entries } = await work(office, run);
  await office.commit(
    run,
    entries.map((entry) => intend(entry)),
  );
  return entries;
};
const later = (hours: number) =>
  state.rows(
    `update state.removal set at = at - $2 * interval '1 hour' where account_id = $1`,
    [account.accountId, hours],
  );
const approve = async (
  entries: readonly {
    entryId: bigint;
    position: bigint;
    removal: WireRemoval;
    fields: string[];
  }[],
) => {
  const { approved } = await office.accounts.approveHeld({
    account,
    stream: StreamKind.CONTACTS,
    entries: entries.map(({ entryId, position, removal, fields }) => ({
      ...{ entryId, position, removal, fields },
    })),
  });
  return Number(approved);
};

describe("at once", () => {
  it.each([
    [200, 10, 10],
    [200, 11, 0],
    [1_000, 50, 50],
    [1_000, 51, 0],
  ])("of %i items %i that wait: %i are free", async (items, waiting, free) => {
    await linkedContacts(items);
    const run = await deletedContacts(waiting);
    expect((await work(office, run)).free).toBe(free);
  });

  it("goes what all that waits could not make too much, whatever failed before", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(12);
    const { entries } = await work(office, run);
    // Two wait for another attempt, and may become deletions then; with ten they are too many.
    await office.commit(
      run,
      entries.slice(0, 2).map((entry) => setAside(entry, 60_000n)),
    );
    expect((await work(office, run)).free).toBe(0);
    // What is not tried again by itself is nobody's deletion.
    await office.commit(
      run,
      entries.slice(2, 4).map((entry) => setAside(entry)),
    );
    expect((await work(office, run)).free).toBe(10);
  });

  it("less is free after what went in the last 24 hours", async () => {
    await linkedContacts(200);
    const first = await deletedContacts(4);
    const { entries } = await work(office, first);
    await office.commit(first, [
      ...entries.slice(0, 3).map(removed),
      cleared(entries[3]!),
    ]);
    expect((await work(office, first)).free).toBe(6);
    await later(23.9);
    expect((await work(office, first)).free).toBe(6);
    await later(0.2);
    expect((await work(office, first)).free).toBe(10);
  });

  it("what two entries tell of one record counts once, and what did not stand before counts not", async () => {
    await linkedContacts(200);
    await office.append([customer(tenant, 1, { deleted: true })]);
    const run = await beginNow(office, account);
    await office.takeIn(run);
    await announce(office, run, [{ itemId: "/dav/ams/1.vcf", gone: true }]);
    const { entries } = await work(office, run);
    expect(entries).toHaveLength(2);
    await office.commit(run, entries.map(removed));
    // The answer got lost.
    await office.commit(run, entries.map(removed));
    expect((await work(office, run)).free).toBe(9);
  });
});

describe("intents", () => {
  it("go at the end where they are few enough, also after a kill", async () => {
    await linkedContacts(200);
    await office.append([customer(tenant, 150)]);
    const run = await deletedContacts(10);
    const { entries, free } = await work(office, run);
    expect(free).toBe(0);
    const gone = entries.filter((entry) => entry.gone);
    await office.commit(
      run,
      gone.map((entry) => intend(entry)),
    );
    // What is not planned yet comes before them.
    expect((await work(office, run)).names).toEqual(["150"]);
    await office.commit(run, [linked(entries.find(({ gone }) => !gone)!)]);
    const released = await work(office, run);
    expect(released.names).toEqual(gone.map(({ recordId }) => `${recordId}!`));
    expect(released.entries[0]?.intent).toBe(WireRemoval.DELETE);
    // The worker dies. Its successor is told the same.
    await state.rows(
      `update state.account set lease_until = clock_timestamp() where account_id = $1`,
      [account.accountId],
    );
    const successor = await beginNow(office, account);
    await office.takeIn(successor);
    const again = await work(office, successor);
    expect(again.names).toEqual(released.names);
    await office.commit(successor, again.entries.map(removed));
    expect((await work(office, successor)).names).toEqual([]);
    expect(await office.end(successor)).toBe(false);
    expect((await statusOf(office, account)).held).toBe(0n);
  });

  it("all go that were few enough when the first one went", async () => {
    await linkedContacts(400);
    const run = await deletedContacts(20);
    await intendAll(run);
    for (let round = 0; round < 20; round += 1) {
      const { entries } = await work(office, run, 1);
      expect(entries).toHaveLength(1);
      await office.commit(run, entries.map(removed));
    }
    expect(await heldOf(office, account)).toEqual([]);
  });

  it("make the account due at once where nobody came to them", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(10);
    await intendAll(run);
    expect(await office.end(run)).toBe(true);
    // A run that leaves them alone is not followed by another one at once.
    const idle = await office.begin(account);
    expect(await office.end(idle)).toBe(false);
  });

  it("too many are held, with their ids, and hold up nothing else", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(11);
    const intended = await intendAll(run);
    expect((await work(office, run)).names).toEqual([]);
    const held = await heldOf(office, account);
    expect(held).toMatchObject(
      intended.map(({ entryId, position, recordId }) => ({
        ...{ entryId, position, recordId, approved: false },
        itemId: `/dav/ams/${recordId}.vcf`,
        removal: WireRemoval.DELETE,
      })),
    );
    const status = await statusOf(office, account);
    expect(status).toMatchObject({ held: 11n, pending: 0n });
    expect(status.heldAt).toBeInstanceOf(Date);
    expect(await office.end(run)).toBe(false);
    await office.append([customer(tenant, 99)]);
    const next = await beginNow(office, account);
    await office.takeIn(next);
    const { entries, names } = await work(office, next);
    expect(names).toEqual(["99"]);
    await office.commit(next, entries.map(agreed));
    expect((await work(office, next)).names).toEqual([]);
    expect((await heldOf(office, account)).length).toBe(11);
  });

  it("too many are held when the run ends, also where it never asked again", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(11);
    await office.append([customer(tenant, 99)]);
    await office.takeIn(run);
    const { entries } = await work(office, run);
    const gone = entries.filter((entry) => entry.gone);
    await office.commit(
      run,
      gone.map((entry) => intend(entry)),
    );
    await office.end(run);
    // Not all is planned.
    expect(await heldOf(office, account)).toEqual([]);
    const next = await beginNow(office, account);
    const { entries: rest, names } = await work(office, next);
    expect(names).toEqual(["99"]);
    await office.commit(next, rest.map(agreed));
    expect(await office.end(next)).toBe(false);
    expect(await heldOf(office, account)).toHaveLength(11);
  });

  it("are held for one stream and account, not for another one", async () => {
    await linkedContacts(200);
    const other = await office.account(tenant, { userId: "8" });
    const theirs = await office.begin(other);
    await office.takeIn(theirs);
    const { entries } = await work(office, theirs);
    await office.commit(theirs, entries.map(agreed));
    const run = await deletedContacts(11);
    await intendAll(run);
    expect((await work(office, run)).names).toEqual([]);
    const free = async () => (await work(office, theirs)).free;
    expect(await free()).toBe(10);
    expect(await heldOf(office, other)).toEqual([]);
    await state.rows(
      `insert into state.removal (tenant_id, account_id, stream, deletes, clears) values ($1, $2, 'appointments', 10, 0)`,
      [tenant, other.accountId],
    );
    expect(await free()).toBe(10);
  });
});

describe("an approval", () => {
  it("lets go exactly what it names, and counts not", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(30);
    await intendAll(run);
    await work(office, run);
    const held = await heldOf(office, account);
    expect(await office.end(run)).toBe(false);
    const [one, two, three] = held;
    expect(await approve([one!, two!])).toBe(2);
    // As something else, or elsewhere, it was not shown.
    expect(await approve([{ ...three!, removal: WireRemoval.CLEAR }])).toBe(0);
    expect(await approve([{ ...three!, position: 1n }])).toBe(0);
    const next = await office.begin(account);
    await office.takeIn(next);
    const { entries, names } = await work(office, next);
    expect(names).toEqual([`${one!.recordId}!`, `${two!.recordId}!`]);
    expect((await statusOf(office, account)).held).toBe(28n);
    await office.commit(next, entries.map(removed));
    expect((await work(office, next)).names).toEqual([]);
    expect((await statusOf(office, account)).held).toBe(28n);
    expect(
      await state.rows(`select 1 from state.removal where account_id = $1`, [
        account.accountId,
      ]),
    ).toEqual([]);
  });

  it("lets the rest go neither as it is few enough then, nor as the day passes", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(11);
    await intendAll(run);
    await work(office, run);
    await approve((await heldOf(office, account)).slice(0, 1));
    const { entries } = await work(office, run);
    await office.commit(run, entries.map(removed));
    expect((await work(office, run)).names).toEqual([]);
    expect((await statusOf(office, account)).held).toBe(10n);
    await later(25);
    expect(await work(office, run)).toMatchObject({ names: [], free: 0 });
    expect(await office.end(run)).toBe(false);
    await approve(await heldOf(office, account));
    const next = await office.begin(account);
    expect((await work(office, next)).names).toHaveLength(10);
  });

  it("is needed still once more items widen the share, also where the run ended before it was asked", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(12);
    await intendAll(run);
    expect(await office.end(run)).toBe(false);
    expect(await heldOf(office, account)).toHaveLength(12);
    await state.rows(
      `update state.stream_count set links = 1000 where account_id = $1 and kind = 'contacts'`,
      [account.accountId],
    );
    const next = await beginNow(office, account);
    expect(await work(office, next)).toMatchObject({ names: [], free: 0 });
    expect(await office.end(next)).toBe(false);
    expect(await heldOf(office, account)).toHaveLength(12);
  });

  it("is void once the entry has changed, and stands where it is only read again", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(11);
    await intendAll(run);
    await work(office, run);
    const held = await heldOf(office, account);
    await office.end(run);
    expect(await approve(held.slice(0, 2))).toBe(2);
    const [changed, same] = held;
    await office.append([
      customer(tenant, changed!.recordId, { deleted: true }),
    ]);
    await state.rows(
      `update state.stream set full_wanted = full_wanted + 1 where account_id = $1`,
      [account.accountId],
    );
    const next = await beginNow(office, account);
    await office.takeIn(next);
    const { entries } = await work(office, next);
    const of = (recordId: string) =>
      entries.find((entry) => entry.recordId === recordId);
    expect(of(changed!.recordId)).toMatchObject({
      released: false,
      intent: WireRemoval.UNSPECIFIED,
    });
    expect(of(same!.recordId)).toMatchObject({
      released: true,
      intent: WireRemoval.DELETE,
    });
    await office.commit(next, [intend(of(changed!.recordId)!)]);
    expect(await approve([changed!])).toBe(0);
  });

  it("of a page that is out of date covers no field that was added since", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(11);
    const { entries } = await work(office, run);
    const intends = (some: typeof entries, fields: readonly string[]) =>
      office.commit(
        run,
        some.map((entry) => intend(entry, WireRemoval.CLEAR, fields)),
      );
    await intends(entries, ["fax"]);
    await work(office, run);
    const shown = await heldOf(office, account);
    // Read again by the audit: meanwhile more is empty.
    await intends(entries, ["email", "fax"]);
    expect(await approve(shown)).toBe(0);
    expect(await approve(await heldOf(office, account))).toBe(11);
    // Less than was shown is covered.
    await intends(entries, ["email"]);
    expect((await statusOf(office, account)).held).toBe(0n);
  });

  it("is of what was shown: another removal has to be shown first", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(11);
    const { entries } = await work(office, run);
    await office.commit(
      run,
      entries.map((entry) => intend(entry, WireRemoval.CLEAR)),
    );
    await work(office, run);
    const [first] = await heldOf(office, account);
    await approve([first!]);
    const approved = await work(office, run);
    expect(approved.names).toEqual([`${first!.recordId}!`]);
    await office.commit(run, [intend(approved.entries[0]!)]);
    expect((await work(office, run)).names).toEqual([]);
    expect((await heldOf(office, account))[0]).toMatchObject({
      removal: WireRemoval.DELETE,
      approved: false,
    });
  });

  it("outlasts polls that tell the same again, not news", async () => {
    await linkedContacts(200);
    const run = await beginNow(office, account);
    const items = customers(tenant, 11).map(({ recordId }) => ({
      itemId: `/dav/ams/${recordId}.vcf`,
      itemVersion: '"2"',
    }));
    await announce(office, run, items);
    await office.commit(
      run,
      (await work(office, run)).entries.map((entry) =>
        intend(entry, WireRemoval.CLEAR),
      ),
    );
    await work(office, run);
    await approve(await heldOf(office, account));
    expect(await announce(office, run, items)).toBe(0);
    expect((await work(office, run)).entries).toHaveLength(11);
    await announce(office, run, [{ ...items[0]!, itemVersion: '"3"' }]);
    expect((await work(office, run)).names).toEqual([items[0]!.itemId]);
  });

  it("outlasts polls of a server that names no versions, for what was shown", async () => {
    await linkedContacts(200);
    const run = await beginNow(office, account);
    const items = customers(tenant, 12).map(({ recordId }) => ({
      itemId: `/dav/ams/${recordId}.vcf`,
    }));
    const planned = async (fields: readonly string[]) => {
      await announce(office, run, items);
      const { entries } = await work(office, run);
      await office.commit(
        run,
        entries
          .filter(({ released }) => !released)
          .map((entry) => intend(entry, WireRemoval.CLEAR, fields)),
      );
      return entries.filter(({ released }) => released).length;
    };
    expect(await planned(["fax"])).toBe(0);
    await work(office, run);
    const [last, ...shown] = await heldOf(office, account);
    // The next poll comes while somebody looks at the page.
    expect(await planned(["fax"])).toBe(0);
    await work(office, run);
    expect(await approve(shown)).toBe(11);
    expect(await planned(["fax"])).toBe(11);
    // What is gone now was not shown as that.
    await announce(office, run, [{ itemId: items[0]!.itemId, gone: true }]);
    expect(await approve([last!])).toBe(0);
  });

  it("is over with a reset", async () => {
    await linkedContacts(200);
    const run = await deletedContacts(11);
    await intendAll(run);
    await work(office, run);
    await approve(await heldOf(office, account));
    await office.end(run);
    await office.accounts.resetStream({
      account,
      stream: StreamKind.CONTACTS,
    });
    expect(await heldOf(office, account)).toEqual([]);
    const next = await office.begin(account);
    await office.takeIn(next);
    const { entries } = await work(office, next);
    expect(entries.filter(({ released }) => released)).toEqual([]);
  });
});
