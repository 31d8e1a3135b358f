import { randomUUID } from "node:crypto";
import { RecordKind, StreamKind } from "@ams-sync/contracts";
import type {
  Entry,
  Outcome,
  Result,
  RunRef,
  RunState,
} from "@ams-sync/connector-kit";
import { grpcRunState } from "@ams-sync/connector-kit/host";
import { MemoryClock, MemoryState } from "@ams-sync/connector-kit/memory";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import fc from "fast-check";
import { afterAll, beforeAll, it } from "vitest";
import { customer, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { announce, heldOf } from "../testing/two-ways.js";

/** The model that connectors' specs run on promises what the service does: the same history ends in the same answers. */

let postgres: Postgres;
let state: StateUnderTest;

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});

const RECORDS = ["1", "2", "3", "4"];
const ITEMS = ["i1", "i2", "i3", "x", "y"];
const MANY = Array.from({ length: 12 }, (_, index) => String(100 + index));

const step = fc.oneof(
  fc.record({
    do: fc.constant("change" as const),
    ids: fc.oneof(fc.subarray(RECORDS, { minLength: 1 }), fc.constant(MANY)),
    deleted: fc.boolean(),
  }),
  fc.record({
    do: fc.constant("announce" as const),
    ids: fc.subarray(ITEMS, { minLength: 1 }),
    version: fc.constantFrom("1", "2"),
    gone: fc.boolean(),
    more: fc.boolean(),
    anew: fc.boolean(),
  }),
  fc.record({
    do: fc.constant("work" as const),
    limit: fc.constantFrom(2, 50),
    seed: fc.nat(1_000),
    kind: fc.constantFrom(
      "mixed" as const,
      "agree" as const,
      "intend" as const,
    ),
  }),
  fc.record({
    do: fc.constant("approve" as const),
    count: fc.constantFrom(1, 50),
  }),
  fc.record({
    do: fc.constant("item" as const),
    answer: fc.constantFrom(
      "link" as const,
      "create" as const,
      "leave" as const,
    ),
    record: fc.constantFrom(...RECORDS),
  }),
  fc.record({ do: fc.constant("lost" as const), restore: fc.boolean() }),
  fc.record({ do: fc.constant("again" as const), reset: fc.boolean() }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const nameOf = (entry: Entry): string =>
  entry.side === "ams" ? entry.recordId : entry.itemId;

/** The same for the same entry, on both sides. */
const draw = (text: string, seed: number, of: number): number =>
  [...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), seed) % of;

const outcomeOf = (
  entry: Entry,
  { seed, kind }: Extract<Step, { do: "work" }>,
): Outcome => {
  const name = nameOf(entry);
  const recordId =
    entry.link?.recordId ??
    (entry.side === "ams"
      ? entry.recordId
      : entry.decision?.answer === "link"
        ? entry.decision.recordId
        : RECORDS[draw(name, seed, RECORDS.length)]!);
  const agreed: Outcome = {
    type: "linked",
    link: {
      kind: "customer",
      recordId,
      itemId:
        entry.side === "remote"
          ? entry.itemId
          : (entry.link?.itemId ?? `i${recordId}`),
      itemVersion: "1",
      hash: "h",
      fields: "{}",
      origin: "created",
    },
    destructive: draw(name, seed, 2) === 0,
  };
  const removal = draw(name, seed, 2) === 0 ? "delete" : "clear";
  if (kind === "agree") return agreed;
  if (kind === "intend")
    return entry.released
      ? { type: "unlinked", destructive: true }
      : {
          type: "intend",
          removal,
          fields: [["fax"], ["city", "fax"], []][draw(name, seed, 3)]!,
        };
  const choice = draw(name, seed, 8);
  if (choice === 0) return { type: "unlinked", destructive: true };
  if (choice === 1)
    return {
      type: "lost",
      ...(draw(name, seed, 2) === 0 && { itemVersion: "2" }),
    };
  if (choice === 2)
    return {
      type: "intend",
      removal,
      fields: [["fax"], ["city", "fax"], []][draw(name, seed, 3)]!,
    };
  if (choice === 3) return { type: "untouched" };
  if (choice === 4)
    return {
      ...{ type: "set-aside", code: "c", message: "m", retryInMs: 0 },
      ...(draw(name, seed, 3) === 0 && { look: true }),
    };
  if (choice === 5) return { type: "mark-sent", fields: ["city"] };
  return entry.side === "remote" && !entry.link
    ? {
        type: "left",
        reason: "no-category",
        keys: [`k-${draw(name, seed, 2)}`],
        candidates: [{ kind: "customer", recordId: "1" }],
      }
    : agreed;
};

interface Side {
  readonly state: RunState;
  readonly run: RunRef;
  begin(reset: boolean): Promise<void>;
  append(ids: readonly string[], deleted: boolean): Promise<void>;
  announce(step: Extract<Step, { do: "announce" }>): Promise<void>;
  approve(count: number): Promise<void>;
  item(step: Extract<Step, { do: "item" }>): Promise<void>;
  lost(restore: boolean): Promise<void>;
  shown(): Promise<unknown>;
}

const KINDS = ["customer"] as const;
const stream = StreamKind.CONTACTS;

class Service implements Side {
  readonly state = grpcRunState(state.runs(), "cloud", "spec");
  readonly #office = new Office(state, `ams-${randomUUID()}`);
  readonly #tenant = randomUUID();
  #run: RunRef | undefined;
  #account = { tenantId: "", accountId: "" };
  #streams: unknown;

  get run(): RunRef {
    return this.#run!;
  }
  async start(): Promise<void> {
    await this.#office.snapshot([]);
    this.#account = await this.#office.account(this.#tenant);
    await this.append(["1"], false);
    await this.begin(false);
  }
  async begin(reset: boolean): Promise<void> {
    const account = this.#account;
    if (this.#run) await this.#office.end(this.#run);
    if (reset) await this.#office.accounts.resetStream({ account, stream });
    await state.rows(
      `update state.schedule set due_at = now() where account_id = $1`,
      [account.accountId],
    );
    const begun = await this.state.begin(account);
    if (!begun.granted) throw new Error(begun.refusal);
    this.#run = { account, runId: begun.runId };
    const [first] = begun.streams;
    this.#streams = [first?.listing, first?.unlinked];
  }
  async append(ids: readonly string[], deleted: boolean): Promise<void> {
    const changes = ids.map((id) => customer(this.#tenant, id, { deleted }));
    await this.#office.append(changes);
  }
  async announce({
    ids,
    version,
    gone,
    more,
    anew,
  }: Extract<Step, { do: "announce" }>) {
    const items = ids.map((itemId) => ({ itemId, itemVersion: version, gone }));
    await announce(this.#office, this.run, items, { more, anew });
  }
  async approve(count: number): Promise<void> {
    const account = this.#account;
    const held = await heldOf(this.#office, account);
    const entries = held.filter(({ approved }) => !approved).slice(0, count);
    if (entries.length > 0)
      await this.#office.accounts.approveHeld({ account, stream, entries });
  }
  async item({ answer, record }: Extract<Step, { do: "item" }>): Promise<void> {
    const account = this.#account;
    const { items } = await this.#office.accounts.listLeft({ account, stream });
    const [first] = items;
    if (!first) return;
    const link = { kind: RecordKind.CUSTOMER, recordId: record };
    const said =
      answer === "link"
        ? ({ $case: "link", value: link } as const)
        : ({ $case: answer, value: {} } as const);
    await this.#office.accounts
      .decideItem({
        ...{ account, stream, itemId: first.itemId },
        decision: { answer: said },
      })
      .catch(() => undefined);
  }
  async lost(restore: boolean): Promise<void> {
    const account = this.#account;
    const { items } = await this.#office.accounts.listLost({ account, stream });
    const [first] = items;
    if (!first) return;
    const { record } = first;
    await this.#office.accounts
      .decideLost({ account, ...(record && { record }), restore })
      .catch(() => undefined);
  }
  async shown(): Promise<unknown> {
    const account = this.#account;
    const held = await heldOf(this.#office, account);
    const { items } = await this.#office.accounts.listLeft({ account, stream });
    const aside = await this.#office.accounts.listSetAside({ account });
    return {
      streams: this.#streams,
      aside: aside.entries
        .map(({ itemId, recordId }) => (itemId === "" ? recordId : itemId))
        .toSorted(),
      held: held
        .filter(({ approved }) => !approved)
        .map(({ kind, recordId, itemId }) => kind && `${recordId}/${itemId}`)
        .length,
      left: items.map(({ itemId, settled }) => [itemId, settled]),
    };
  }
}

class Model implements Side {
  readonly #clock = new MemoryClock();
  readonly state = new MemoryState(this.#clock);
  readonly #key = { tenantId: randomUUID(), accountId: randomUUID() };
  #run: RunRef | undefined;
  #streams: unknown;

  get run(): RunRef {
    return this.#run!;
  }
  get #stream() {
    return this.state.stream(this.#key.accountId, "contacts");
  }
  get #questions() {
    return this.#stream.questions;
  }
  async start(): Promise<void> {
    this.state.connect(this.#key, ["contacts"]);
    await this.append(["1"], false);
    await this.begin(false);
  }
  async begin(reset: boolean): Promise<void> {
    const account = this.#key;
    this.state.account(account.accountId).dueAt = 0;
    delete this.state.account(account.accountId).run;
    if (reset) this.state.reset(account.accountId, "contacts");
    await this.tick();
    const begun = await this.state.begin(account);
    if (!begun.granted) throw new Error(begun.refusal);
    this.#run = { account, runId: begun.runId };
    const [first] = begun.streams;
    this.#streams = [first?.listing, first?.unlinked];
  }
  /** The service's clock never stands still. */
  async tick(): Promise<void> {
    await this.#clock.advance(1);
  }
  async append(ids: readonly string[], deleted: boolean): Promise<void> {
    this.state.append(ids.map((id) => ({ kind: "customer", id, deleted })));
  }
  async announce({
    ids,
    version,
    gone,
    more,
    anew,
  }: Extract<Step, { do: "announce" }>) {
    const changes = ids.map((id) => ({ id, version, gone }));
    this.#stream.polling = true;
    await this.state.takeInRemote(this.run, "contacts", changes, undefined, {
      ...{ more, anew },
    });
  }
  async approve(count: number): Promise<void> {
    this.#questions.approve(this.#questions.held.slice(0, count));
  }
  async item({ answer, record }: Extract<Step, { do: "item" }>): Promise<void> {
    const [first] = [...this.#questions.unlinked.keys()].toSorted();
    if (first === undefined) return;
    const decision =
      answer === "link"
        ? ({ answer, kind: "customer", recordId: record } as const)
        : { answer };
    this.#questions.decideItem(first, decision, this.#clock.epoch());
  }
  async lost(restore: boolean): Promise<void> {
    const [first] = [...this.#stream.links.values()]
      .filter(({ lost }) => lost)
      .toSorted((a, b) => Number(a.recordId) - Number(b.recordId));
    if (first)
      this.#questions.decideLost(
        first,
        restore,
        this.state.feed,
        this.#clock.epoch(),
      );
  }
  async shown(): Promise<unknown> {
    const left = [...this.#questions.unlinked].toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    );
    const aside = this.#stream.setAside.map(({ key }) => key.split(/[:/]/));
    return {
      streams: this.#streams,
      aside: aside.map((parts) => parts.at(-1)).toSorted(),
      held: this.#questions.held.length,
      left: left.map(([itemId, { settled }]) => [itemId, settled]),
    };
  }
}

const told = (entry: Entry) => ({
  ...{ side: entry.side, name: nameOf(entry), attempts: entry.attempts },
  ...{
    sent: entry.sent,
    intent: entry.intent,
    fields: entry.intentFields ?? [],
    released: entry.released,
  },
  gone: entry.side === "ams" ? entry.tombstone : entry.gone,
  ...(entry.side === "ams"
    ? { restore: entry.restore }
    : {
        ...{ decision: entry.decision, version: entry.itemVersion },
        appeared: entry.appearedAt !== undefined,
      }),
  link: entry.link && [
    ...[entry.link.recordId, entry.link.itemId, entry.link.lost],
    entry.link.hash,
  ],
});

const take = async (side: Side, next: Step): Promise<unknown> => {
  const { run } = side;
  switch (next.do) {
    case "change":
      await side.append(next.ids, next.deleted);
      await side.state.takeIn(run, "contacts", KINDS);
      break;
    case "announce":
      await side.announce(next);
      break;
    case "work": {
      const { entries } = await side.state.nextWork(
        run,
        "contacts",
        next.limit,
      );
      const results = entries.map((entry): Result => ({
        entryId: entry.entryId,
        position: entry.position,
        outcome: outcomeOf(entry, next),
      }));
      await side.state.commit(run, "contacts", results);
      break;
    }
    case "approve":
      await side.approve(next.count);
      break;
    case "item":
      await side.item(next);
      break;
    case "lost":
      await side.lost(next.restore);
      break;
    case "again":
      await side.begin(next.reset);
      await side.state.takeIn(side.run, "contacts", KINDS);
      break;
  }
  const { entries, free } = await side.state.nextWork(
    side.run,
    "contacts",
    100,
  );
  const found = await side.state.findItems(side.run, "contacts", [
    "k-0",
    "k-1",
  ]);
  return {
    entries: entries.map(told),
    free,
    found: [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    shown: await side.shown(),
  };
};

it("answers as the model does, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      async (steps) => {
        const service = new Service();
        const model = new Model();
        await service.start();
        await model.start();
        for (const [index, next] of steps.entries()) {
          await model.tick();
          const theirs = JSON.stringify(await take(model, next), null, 1);
          const ours = JSON.stringify(await take(service, next), null, 1);
          if (ours !== theirs)
            throw new Error(
              `after step ${index} (${next.do})\nservice: ${ours}\nmodel: ${theirs}`,
            );
        }
      },
    ),
    { numRuns: Number(process.env["MODEL_RUNS"] ?? 10), endOnFailure: false },
  );
}, 300_000);
