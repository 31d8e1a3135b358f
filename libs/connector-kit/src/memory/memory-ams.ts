import type {
  AmsRecord,
  AppointmentRecord,
  ContactRecord,
  Instant,
  TimeZone,
  UserView,
} from "@ams-sync/sync-core";
import { recordKey } from "../ams-records.js";
import type {
  AmsRecords,
  AmsView,
  RecordRef,
  TenantHome,
} from "../ams-records.js";

/** One brokerage. A record stays as it was put in; nothing is checked, as in ams. */
export class MemoryAms implements AmsRecords {
  readonly records = new Map<string, AmsRecord>();
  user: UserView | undefined = {
    userId: "7",
    rights: new Set(),
    agentRelease: false,
    releasedAgentIds: new Set(),
    timeZone: "Europe/Berlin" as TimeZone,
  };

  /** The brokerage's zone is no name of one: then there is no user. */
  zoneUnknown = false;

  put(record: AmsRecord): void {
    this.records.set(recordKey(record), record);
  }

  remove(ref: RecordRef): void {
    this.records.delete(recordKey(ref));
  }

  async load(
    _home: TenantHome,
    _userId: string,
    refs: readonly RecordRef[],
  ): Promise<AmsView> {
    const found = refs.flatMap((ref) => {
      const record = this.records.get(recordKey(ref));
      return record ? [[recordKey(ref), record] as const] : [];
    });
    const records = new Map(found);
    if (this.zoneUnknown) return { zoneUnknown: true, records };
    return { ...(this.user && { user: this.user }), records };
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
