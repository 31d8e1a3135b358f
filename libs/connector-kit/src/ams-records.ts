import type { AmsRecord, RecordKind, UserView } from "@ams-sync/sync-core";

export interface RecordRef {
  readonly kind: RecordKind;
  readonly id: string;
}

export interface AmsView {
  /** Missing: no such user, or not active. Then nothing may be judged as out of scope. */
  readonly user?: UserView;
  /** Why there is none although the user is active: nobody knows the brokerage's time zone. */
  readonly zoneUnknown?: true;
  /** By `recordKey`; an absent one is not in ams. */
  readonly records: ReadonlyMap<string, AmsRecord>;
}

export const recordKey = (ref: RecordRef): string => `${ref.kind}/${ref.id}`;

/** The ams database, as a run sees it. */
export interface AmsRecords {
  /** Records and user as they stand together: one transaction, so that a lost right and a lost record are not mixed. */
  load(
    tenantId: string,
    userId: string,
    refs: readonly RecordRef[],
  ): Promise<AmsView>;
}
