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

/** Where a brokerage's rows are. */
export interface TenantHome {
  readonly tenantId: string;
  /** Name of its ams database; missing: state has heard of none yet. */
  readonly source?: string;
  /** System identifier of its cluster and its own name, "7301…/ams": a database of that name that is another one is not read. */
  readonly sourceIdentity?: string;
}

/** The brokerage's ams database cannot be read now, or not from here. The message says what to do, and nothing of a customer. */
export class AmsAway extends Error {
  override readonly name = "AmsAway";

  constructor(
    /** Whether it may come back by itself. */
    readonly passing: boolean,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** ams, as a run sees it. */
export interface AmsRecords {
  /**
   * Records and user as they stand together: one transaction, so that a lost right and a lost record are not mixed.
   * @throws AmsAway
   */
  load(
    home: TenantHome,
    userId: string,
    refs: readonly RecordRef[],
  ): Promise<AmsView>;
}
