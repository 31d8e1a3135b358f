import type { ConflictPolicy } from "./kinds.js";
import type { PlainDate } from "./dates.js";

/** What a user chose for one account; an unset stream is off. */
export interface SyncOptions {
  readonly policy: ConflictPolicy;
  /** The account is being disconnected, and what ams put there goes with it: nothing is sent any more. */
  readonly leaving?: true;
  readonly contacts?: ContactsOptions;
  readonly appointments?: AppointmentsOptions;
}

export interface ContactsOptions {
  readonly customers: boolean;
  readonly companies: boolean;
  readonly agents: boolean;
  /** R31 */
  readonly agentId?: string;
  /** R33; empty means no restriction. */
  readonly tags: readonly string[];
  /** R34–R37 */
  readonly editedSince?: PlainDate;
  /** R30 */
  readonly birthday: boolean;
}

export interface AppointmentsOptions {
  /** R16, days; unset means no limit. */
  readonly maxAgeDays?: number;
  /** R14: whose appointments go out beside one's own; unset means nobody's. */
  readonly ownerIds?: readonly string[];
  readonly editedSince?: PlainDate;
}
