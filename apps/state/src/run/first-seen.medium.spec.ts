import { randomUUID } from "node:crypto";
import {
  StreamKind,
  type Entry,
  type Result,
  type RunRef,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { customers, Office, untouched, unlinked } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import {
  announce,
  beginNow,
  imported,
  left,
  work,
} from "../testing/two-ways.js";

/** Which items were made since the stream is connected (R25). */

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let account: { tenantId: string; accountId: string };
let run: RunRef;

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
  const tenant = randomUUID();
  await office.snapshot(customers(tenant, 1));
  account = await office.account(tenant);
  run = await office.begin(account);
});

const stream = StreamKind.CONTACTS;
const item = (itemId: string, itemVersion = "1") => ({ itemId, itemVersion });

const items = async () =>
  (await work(office, run)).entries.filter(({ itemId }) => itemId !== "");

/** What is due, with `+` where it is new since the connection. */
const seen = async () => {
  return (await items()).map(
    ({ itemId, appearedAt }) => `${itemId}${appearedAt ? "+" : ""}`,
  );
};
const commit = async (how: (entry: Entry) => Result) => {
  await office.commit(run, (await items()).map(how));
};

it("an item is new which is announced once all others had been", async () => {
  await announce(office, run, [item("a")], { anew: true, more: true });
  await announce(office, run, [item("b")]);
  await announce(office, run, [item("c")]);
  expect(await seen()).toEqual(["a", "b", "c+"]);
  const at = (await items())[2]!.appearedAt!.getTime();
  expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
});

it("stays so however often it is left, changed and looked at again", async () => {
  await announce(office, run, [item("a")], { anew: true });
  await announce(office, run, [item("b")]);
  await commit((entry) => left(entry));
  await announce(office, run, [item("a", "2"), item("b", "2")]);
  expect(await seen()).toEqual(["a", "b+"]);
  await commit((entry) => left(entry));
  // A list of everything tells nothing that is not known.
  await announce(office, run, [item("a", "3")], { anew: true, more: true });
  await announce(office, run, [item("b", "3"), item("c")]);
  expect(await seen()).toEqual(["a", "b+", "c+"]);
  await commit((entry) => left(entry));
  for (const itemId of ["a", "b"])
    await office.accounts.decideItem({
      ...{ account, stream, itemId },
      decision: { answer: { $case: "create", value: {} } },
    });
  expect(await seen()).toEqual(["a", "b+"]);
  await commit((entry) => left(entry));
  await office.end(run);
  await state.rows(
    `update state.stream set full_wanted = full_wanted + 1 where account_id = $1`,
    [account.accountId],
  );
  run = await beginNow(office, account);
  await office.takeIn(run);
  expect(await seen()).toEqual(["a", "b+", "c+"]);
});

it("an item that had a record is not new when it has none any more", async () => {
  await announce(office, run, [item("a")], { anew: true });
  await commit((entry) => imported(entry, "1"));
  await announce(office, run, [item("a", "2")]);
  await commit(unlinked);
  await announce(office, run, [item("a", "3")]);
  expect(await seen()).toEqual(["a"]);
  // One that takes the place of what is gone is another one.
  await announce(office, run, [{ itemId: "a", gone: true }]);
  await commit(untouched);
  await announce(office, run, [item("a", "4")]);
  expect(await seen()).toEqual(["a+"]);
});

describe("an item that had a record, where no server tells that it is gone,", () => {
  const whole = (...ids: readonly string[]) =>
    announce(
      office,
      run,
      ids.map((id) => item(id)),
      { anew: true },
    );
  /** Lists that lack it, each three days after the one before. */
  const lacking = async (lists: number, list = () => whole("b")) => {
    for (let n = 0; n < lists; n += 1) {
      await state.rows(
        `update state.parted_item set looked_at = looked_at - interval '3 days' where account_id = $1`,
        [account.accountId],
      );
      await list();
    }
  };
  const known = async (): Promise<boolean> => {
    const rows = await state.rows(
      `select from state.parted_item where account_id = $1`,
      [account.accountId],
    );
    return rows.length === 1;
  };

  beforeEach(async () => {
    await whole("a", "b");
    await commit((entry) =>
      entry.itemId === "a" ? imported(entry, "1") : left(entry),
    );
    await announce(office, run, [item("a", "2")]);
    await commit(unlinked);
    expect(await known()).toBe(true);
  });

  it("is forgotten once whole lists have lacked it for 90 days", async () => {
    await lacking(44);
    // However often it is asked in between.
    for (let n = 0; n < 3; n += 1) await whole("b");
    expect(await known()).toBe(true);
    await lacking(1);
    expect(await known()).toBe(false);
    await announce(office, run, [item("a", "3")]);
    expect(await seen()).toEqual(["a+"]);
  });

  it("is remembered anew where a list has it in between", async () => {
    await lacking(44);
    await whole("a", "b");
    await commit((entry) => left(entry));
    await lacking(44);
    expect(await known()).toBe(true);
  });

  it("is not forgotten where lists are broken off, or tell of changes alone", async () => {
    await lacking(50, () =>
      announce(office, run, [item("b")], { anew: true, more: true }),
    );
    expect(await known()).toBe(true);
    await lacking(1);
    await lacking(50, () => announce(office, run, [item("b")]));
    expect(await known()).toBe(true);
  });
});

it("after a reset nobody knows, until all has been listed again", async () => {
  await announce(office, run, [item("a")], { anew: true });
  await announce(office, run, [item("b")]);
  await commit((entry) => left(entry));
  await office.end(run);
  await office.accounts.resetStream({ account, stream });
  run = await beginNow(office, account);
  await announce(office, run, [item("a"), item("b")], { anew: true });
  await announce(office, run, [item("c")]);
  expect(await seen()).toEqual(["a", "b", "c+"]);
});

it("in another container all is as it was found", async () => {
  const bind = (container: string) =>
    office.runs.bindContainer({ run, stream, container });
  await bind("https://cloud.example/dav/one/");
  await announce(office, run, [item("a")], { anew: true });
  await bind("https://cloud.example/dav/two/");
  await announce(office, run, [item("b")], { anew: true });
  await announce(office, run, [item("c")]);
  expect(await seen()).toEqual(["b", "c+"]);
});

it("streams listed before this was noticed do not know", async () => {
  await announce(office, run, [item("a")], { anew: true });
  await state.rows(
    `update state.stream set known_since = null where account_id = $1`,
    [account.accountId],
  );
  await announce(office, run, [item("b")]);
  expect(await seen()).toEqual(["a", "b"]);
  await announce(office, run, [item("a"), item("b")], { anew: true });
  await announce(office, run, [item("c")]);
  expect(await seen()).toEqual(["a", "b", "c+"]);
});

describe("an item that never had a record, where no server tells that it is gone,", () => {
  const names = async () =>
    (
      await state.rows<{ item_id: string }>(
        `select item_id from state.unlinked_item where account_id = $1 order by 1`,
        [account.accountId],
      )
    ).map(({ item_id }) => item_id);
  const lacking = async (lists: number, anew = true) => {
    for (let n = 0; n < lists; n += 1) {
      await state.rows(
        `update state.unlinked_item set looked_at = looked_at - interval '3 days' where account_id = $1`,
        [account.accountId],
      );
      await announce(office, run, [item("b")], { anew });
    }
  };

  it("is forgotten once whole lists have lacked it for 90 days, and only then", async () => {
    await announce(office, run, [item("a"), item("b")], { anew: true });
    await commit((entry) => left(entry));
    await lacking(44);
    expect(await names()).toEqual(["a", "b"]);
    // It was only left out for a while.
    await announce(office, run, [item("a")]);
    await lacking(50, false);
    await lacking(44);
    expect(await names()).toEqual(["a", "b"]);
    await lacking(1);
    expect(await names()).toEqual(["b"]);
  });
});
