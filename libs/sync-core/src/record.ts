import type { Instant, TimeZone } from "./dates.js";
import type { AppointmentField, ContactField } from "./canonical.js";
import type { RecordKind } from "./kinds.js";

/** A row of ams as it was read: nothing trimmed, nothing checked. null and missing mean empty. */
interface RecordBase {
  readonly id: string;
  /** The row's own time of change (R16, R34); the capture time plays no part here. */
  readonly lastChanged: Instant;
  /** What a conditional write names; missing where nobody writes. */
  readonly rowVersion?: string;
}

export interface ContactRecord extends RecordBase {
  readonly kind: Extract<RecordKind, "customer" | "company" | "agent">;
  readonly type: "private" | "commercial";
  readonly values: { readonly [name in ContactField]?: string | null };
  /** Customers only: who looks after them. */
  readonly agentId?: string;
  /** Customers only. */
  readonly tags: readonly string[];
}

export interface AppointmentRecord extends RecordBase {
  readonly kind: "appointment";
  readonly values: { readonly [name in AppointmentField]?: string | null };
  readonly ownerId: string;
}

export type AmsRecord = ContactRecord | AppointmentRecord;

/** The right to see the appointments of one's own department (R15). */
export const DEPARTMENT_APPOINTMENTS = "appointments.department";

/** What ams says of the user whose account runs. */
export interface UserView {
  readonly userId: string;
  readonly departmentId?: string;
  readonly rights: ReadonlySet<string>;
  /** The others of the department, where the user may see their appointments (R15). */
  readonly colleagueIds?: ReadonlySet<string>;
  /** The tenant's program option "Vermittlerfreischaltung". */
  readonly agentRelease: boolean;
  /** Agents whose customers this user may see while the option is on. */
  readonly releasedAgentIds: ReadonlySet<string>;
  /** Mail addresses of the user's as ams knows them. */
  readonly addresses?: readonly string[];
  readonly timeZone: TimeZone;
}
