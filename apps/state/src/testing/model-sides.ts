import { randomUUID } from "node:crypto";
import {
  PreviewState,
  RecordKind,
  shownActionFromWire,
  StreamKind,
} from "@ams-sync/contracts";
import type { RunRef, RunState } from "@ams-sync/connector-kit";
import { grpcRunState } from "@ams-sync/connector-kit/host";
import { MemoryClock, MemoryState } from "@ams-sync/connector-kit/memory";
import type { Step } from "./model-steps.js";
import { customer, Office } from "./office.js";
import type { StateUnderTest } from "./state-under-test.js";
import { announce, heldOf } from "./two-ways.js";

type Begin = Omit<Extract<Step, { do: "again" }>, "do">;
const PLAIN: Begin = { reset: false, preview: false };

export interface Side {
  readonly state: RunState;
  readonly run: RunRef;
  begin(how: Begin): Promise<void>;
  append(ids: readonly string[], deleted: boolean): Promise<void>;
  announce(step: Extract<Step, { do: "announce" }>): Promise<void>;
  approve(count: number): Promise<void>;
  item(step: Extract<Step, { do: "item" }>): Promise<void>;
  lost(restore: boolean): Promise<void>;
  apply(late: boolean): Promise<void>;
  shown(): Promise<unknown>;
}

const PREVIEWS: Readonly<Partial<Record<PreviewState, string>>> = {
  [PreviewState.PLANNING]: "wanted",
  [PreviewState.SHOWN]: "shown",
};
const stream = StreamKind.CONTACTS;

export class Service implements Side {
  readonly state;
  readonly #office;
  readonly #tenant = randomUUID();
  #run: RunRef | undefined;
  #account = { tenantId: "", accountId: "" };
  #version = 1n;
  #streams: unknown;

  constructor(private readonly service: StateUnderTest) {
    this.state = grpcRunState(service.runs(), "cloud", "spec");
    this.#office = new Office(service, `ams-${randomUUID()}`);
  }
  get run(): RunRef {
    return this.#run!;
  }
  async start(preview: boolean): Promise<void> {
    await this.#office.snapshot([]);
    this.#account = await this.#office.account(this.#tenant, { preview });
    await this.append(["1"], false);
    await this.begin(PLAIN);
  }
  async begin({ reset, preview }: Begin): Promise<void> {
    const account = this.#account;
    if (this.#run) await this.#office.end(this.#run);
    if (reset)
      await this.#office.accounts.resetStream({ account, stream, preview });
    else if (preview) {
      this.#version += 1n;
      await this.#office.account(this.#tenant, {
        ...{ ...account, preview, credentialChanged: false },
        settingsVersion: this.#version,
      });
    }
    await this.service.rows(
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
  async apply(late: boolean): Promise<void> {
    const account = this.#account;
    const { number } = await this.#office.accounts.getPreview({
      ...{ account, stream },
    });
    await this.#office.accounts
      .applyPreview({ account, stream, number: number - (late ? 1n : 0n) })
      .catch(() => undefined);
  }
  async shown(): Promise<unknown> {
    const account = this.#account;
    const held = await heldOf(this.#office, account);
    const { items } = await this.#office.accounts.listLeft({ account, stream });
    const aside = await this.#office.accounts.listSetAside({ account });
    const preview = await this.#office.accounts.getPreview({
      ...{ account, stream },
    });
    return {
      preview: [
        PREVIEWS[preview.state],
        String(preview.number),
        preview.counts
          .map(({ action, count }) => [shownActionFromWire(action), `${count}`])
          .toSorted(),
        String(preview.conflicts),
      ],
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

export class Model implements Side {
  readonly #clock = new MemoryClock();
  readonly state = new MemoryState(this.#clock);
  readonly #key = { tenantId: randomUUID(), accountId: randomUUID() };
  #run: RunRef | undefined;
  #version = 1n;
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
  async start(preview: boolean): Promise<void> {
    this.state.connect(this.#key, ["contacts"], preview);
    await this.append(["1"], false);
    await this.begin(PLAIN);
  }
  async begin({ reset, preview }: Begin): Promise<void> {
    const account = this.#key;
    const { accountId } = account;
    if (this.#run) this.#stream.settle(this.#clock.epoch());
    this.state.account(accountId).dueAt = 0;
    delete this.state.account(accountId).run;
    if (reset) this.state.reset(accountId, "contacts", preview);
    else if (preview) {
      this.#version += 1n;
      this.state.announce(accountId, this.#version, [], preview);
    }
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
  async apply(late: boolean): Promise<void> {
    const { trial } = this.#stream;
    const number = trial.number - (late ? 1n : 0n);
    this.state.applyPreview(this.#key.accountId, "contacts", number);
  }
  async shown(): Promise<unknown> {
    const { trial } = this.#stream;
    const open = trial.preview === "wanted" || trial.preview === "shown";
    const left = [...this.#questions.unlinked].toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    );
    const aside = this.#stream.setAside.map(({ key }) => key.split(/[:/]/));
    return {
      preview: [
        open ? trial.preview : undefined,
        String(trial.number),
        open
          ? Object.entries(trial.counts)
              .map(([action, count]) => [action, `${count}`])
              .toSorted()
          : [],
        String(open ? trial.entries.filter((one) => one.conflict).length : 0),
      ],
      streams: this.#streams,
      aside: aside.map((parts) => parts.at(-1)).toSorted(),
      held: this.#questions.held.length,
      left: left.map(([itemId, { settled }]) => [itemId, settled]),
    };
  }
}
