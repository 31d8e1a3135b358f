import {
  customersAmong,
  appointmentAmong,
  matchAmong,
} from "@ams-sync/ams/match";
import type {
  AmsRecord,
  Appointment,
  AppointmentRecord,
  Contact,
  ContactRecord,
  Instant,
  Match,
  NewRecord,
  SyncOptions,
  TimeZone,
  UserView,
} from "@ams-sync/sync-core";
import { AmsAway, recordKey } from "../ams-records.js";
import type {
  AmsRecords,
  AmsView,
  RecordRef,
  TenantHome,
} from "../ams-records.js";
import type {
  AmsWrites,
  Changed,
  Created,
  CreateHow,
  CustomerHints,
  MadeRecord,
  RecordChange,
  RemoteOrigin,
} from "../ams-writes.js";
import { MemoryOrigins } from "./memory-origins.js";
import { formOf, refusal, withFields } from "./memory-row.js";

/** One brokerage. A record stays as it was put in, but for its version; nothing is checked, as in ams. */
export class MemoryAms implements AmsRecords, AmsWrites {
  readonly records = new Map<string, AmsRecord>();
  user: UserView | undefined = {
    userId: "7",
    rights: new Set(),
    agentRelease: false,
    releasedAgentIds: new Set(),
    timeZone: "Europe/Berlin" as TimeZone,
  };
  /** Others than `user`, by id. */
  readonly users = new Map<string, UserView>();

  /** The brokerage's zone is no name of one: then there is no user. */
  zoneUnknown = false;

  /** Customer numbers, by the customer's id. */
  readonly customerNumbers = new Map<string, string>();
  /** What came in as a new record, by `recordKey`. */
  readonly made = new Map<string, NewRecord>();
  /** The time of a change that comes in; without a clock it is a moment after the last one. */
  now: (() => number) | undefined;
  /** Told of every record that a change from outside wrote: what capture sees. */
  written: (ref: RecordRef) => void = () => undefined;

  readonly #origins = new MemoryOrigins();
  #version = 0;

  put(record: AmsRecord): void {
    this.#version += 1;
    const rowVersion = String(this.#version);
    this.records.set(recordKey(record), { ...record, rowVersion });
  }

  remove(ref: RecordRef): void {
    this.records.delete(recordKey(ref));
  }

  async load(
    _home: TenantHome,
    userId: string,
    refs: readonly RecordRef[],
  ): Promise<AmsView> {
    const found = refs.flatMap((ref) => {
      const record = this.records.get(recordKey(ref));
      return record ? [[recordKey(ref), record] as const] : [];
    });
    const records = new Map(found);
    if (this.zoneUnknown) return { zoneUnknown: true, records };
    const user = this.#userOf(userId);
    return { ...(user && { user }), records };
  }

  async change(
    _home: TenantHome,
    { ref, rowVersion, fields, names }: RecordChange,
  ): Promise<Changed> {
    const record = this.records.get(recordKey(ref));
    if (record === undefined) return { outcome: "gone" };
    if (record.rowVersion !== rowVersion) return { outcome: "stale" };
    if (names.length === 0) return { outcome: "written", record };
    const next = withFields(record, fields, names);
    const message = refusal(formOf(next), fields, names);
    if (message !== undefined) return { outcome: "refused", message };
    return { outcome: "written", record: this.#write(next) };
  }

  /** All or nothing; who holds a row is not modelled. */
  async changeTogether(
    home: TenantHome,
    changes: readonly RecordChange[],
  ): Promise<readonly (AmsRecord | undefined)[]> {
    const refused = changes.some(({ ref, fields, names }) => {
      const record = this.records.get(recordKey(ref));
      return (
        record !== undefined &&
        refusal(formOf(withFields(record, fields, names)), fields, names) !==
          undefined
      );
    });
    if (refused) return changes.map(() => undefined);
    const changed = await Promise.all(
      changes.map((change) => this.change(home, change)),
    );
    return changed.map((one) =>
      one.outcome === "written" ? one.record : undefined,
    );
  }

  async match(
    _home: TenantHome,
    userId: string,
    options: SyncOptions,
    contacts: readonly Contact[],
  ): Promise<readonly Match[]> {
    const user = this.#judge(userId);
    return matchAmong(contacts, this.#customers(), user, options);
  }

  async customersOf(
    _home: TenantHome,
    userId: string,
    hints: readonly CustomerHints[],
  ): Promise<readonly (string | undefined)[]> {
    const named = this.#customers().map(({ id, agentId, values }) => ({
      id,
      ...(agentId !== undefined && { agentId }),
      ...(values.email && { email: values.email }),
      number: this.customerNumbers.get(id) ?? "",
    }));
    return customersAmong(hints, named, this.#judge(userId));
  }

  async madeOf(
    _home: TenantHome,
    userId: string,
    origins: readonly RemoteOrigin[],
  ): Promise<readonly (MadeRecord | undefined)[]> {
    return origins.map((origin) => this.#madeOf(userId, origin));
  }

  #madeOf(userId: string, origin: RemoteOrigin): MadeRecord | undefined {
    return this.#origins.madeOf(userId, origin, (ref) =>
      this.records.has(recordKey(ref)),
    );
  }

  async create(
    _home: TenantHome,
    userId: string,
    options: SyncOptions,
    from: RemoteOrigin,
    record: NewRecord,
    { asked }: CreateHow = {},
  ): Promise<Created> {
    const user = this.#judgeable(userId);
    if (!user) return { outcome: "refused", message: "Nobody to judge by." };
    const { accountId } = from;
    const made = this.#origins.of(from);
    if (made !== undefined) {
      const found = this.records.get(recordKey(made));
      return found
        ? { outcome: "again", record: found }
        : { outcome: "deleted" };
    }
    const next = this.#newRecord(user, record);
    const form = formOf(next);
    const names = Object.keys(record.fields);
    const message = refusal(form, record.fields, names);
    if (message !== undefined) return { outcome: "refused", message };
    if (!asked) {
      const elsewhere = this.#madeOf(userId, from);
      const found = elsewhere && this.records.get(recordKey(elsewhere));
      if (found) return { outcome: "again", record: found };
      const [match] =
        form.type === "appointment"
          ? [this.#appointmentOf(form, accountId, user, options)]
          : matchAmong([form], this.#customers(), user, options);
      if (match && match.verdict !== "none")
        return { outcome: "matched", match };
      if (elsewhere) return { outcome: "deleted" };
    }
    this.#origins.add(from, userId, { kind: next.kind, id: next.id });
    this.made.set(recordKey(next), record);
    return { outcome: "created", record: this.#write(next) };
  }

  #write(record: AmsRecord): AmsRecord {
    const lastChanged = (this.now?.() ?? record.lastChanged + 1) as Instant;
    const next = { ...record, lastChanged };
    this.put(next);
    this.written({ kind: next.kind, id: next.id });
    return this.records.get(recordKey(next)) ?? next;
  }

  #newRecord({ userId }: UserView, record: NewRecord): AmsRecord {
    const all = [...this.records.values()];
    const base = {
      // Above every id that a test gave away, and never one that was deleted.
      id: String(1_000_000 + this.#origins.size),
      lastChanged: Math.max(0, ...all.map((r) => r.lastChanged)) as Instant,
      values: record.fields,
    };
    if (record.kind === "appointment")
      return { kind: "appointment", ...base, ownerId: userId };
    const { type, agentId } = record;
    return {
      kind: "customer",
      ...base,
      type,
      tags: [],
      ...(agentId !== undefined && { agentId }),
    };
  }

  #customers(): readonly ContactRecord[] {
    return [...this.records.values()].flatMap((record) =>
      record.kind === "customer" ? [record] : [],
    );
  }

  /** What the account made of another item has that one. */
  #appointmentOf(
    form: Appointment,
    accountId: string,
    user: UserView,
    options: SyncOptions,
  ): Match {
    const own = this.#origins.ofAccount(accountId);
    const others = [...this.records.values()].flatMap((record) =>
      record.kind === "appointment" && !own.has(recordKey(record))
        ? [record]
        : [],
    );
    return appointmentAmong(form, others, user, options);
  }

  #userOf(userId: string): UserView | undefined {
    return this.users.get(userId) ?? this.user;
  }

  #judgeable(userId: string): UserView | undefined {
    return this.zoneUnknown ? undefined : this.#userOf(userId);
  }

  #judge(userId: string): UserView {
    const user = this.#judgeable(userId);
    if (user) return user;
    throw new AmsAway(true, "Nobody to judge by.");
  }
}

/** A private customer as ams holds one. */
export const customer = (
  id: string,
  values: ContactRecord["values"],
  lastChanged: number,
): AmsRecord => ({
  kind: "customer",
  id,
  type: "private",
  values,
  tags: [],
  lastChanged: lastChanged as Instant,
});

/** An appointment of the model's user. */
export const appointment = (
  id: string,
  values: AppointmentRecord["values"],
  lastChanged: number,
): AmsRecord => ({
  kind: "appointment",
  id,
  ownerId: "7",
  values,
  lastChanged: lastChanged as Instant,
});
