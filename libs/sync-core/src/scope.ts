import { dayIn } from "./dates.js";
import type { Instant, PlainDate } from "./dates.js";
import type {
  AppointmentsOptions,
  ContactsOptions,
  SyncOptions,
} from "./options.js";
import { DEPARTMENT_APPOINTMENTS } from "./record.js";
import type { AppointmentRecord, ContactRecord, UserView } from "./record.js";

/** Why a record is not sent. Closed; each code has one sentence for people in `scopeReasonText`. */
export const SCOPE_REASONS = [
  "leaving",
  "stream-off",
  "kind-off",
  "no-agent",
  "agent-not-released",
  "other-agent",
  "tag-missing",
  "not-own",
  "owner-not-chosen",
  "no-department-right",
  "other-department",
  "not-edited-since",
  "too-old",
] as const;
export type ScopeReason = (typeof SCOPE_REASONS)[number];

/** What of a record decides: never what stands in its fields. */
type Decisive<R> = Omit<R, "values" | "type" | "rowVersion">;
export type ScopeRecord = Decisive<ContactRecord> | Decisive<AppointmentRecord>;

export type Scope =
  | { readonly in: true }
  | {
      readonly in: false;
      readonly reason: ScopeReason;
      /** The reason blocks only the first transfer; a linked record stays in (R16, R34). */
      readonly gate: boolean;
    };

const IN: Scope = { in: true };
const out = (reason: ScopeReason): Scope => ({
  in: false,
  reason,
  gate: false,
});
const gated = (reason: ScopeReason): Scope => ({
  in: false,
  reason,
  gate: true,
});

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Whether this user's account sends the record, or the first reason why not.
 * @param judgedAt when the change was captured: waiting for a retry never ages a change (R16)
 */
export function scope(
  record: ScopeRecord,
  user: UserView,
  options: SyncOptions,
  judgedAt: Instant,
): Scope {
  if (options.leaving) return out("leaving");
  if (record.kind === "appointment") {
    const chosen = options.appointments;
    return chosen === undefined
      ? out("stream-off")
      : appointmentScope(record, user, chosen, judgedAt);
  }
  const chosen = options.contacts;
  return chosen === undefined
    ? out("stream-off")
    : contactScope(record, user, chosen);
}

function contactScope(
  record: Decisive<ContactRecord>,
  user: UserView,
  options: ContactsOptions,
): Scope {
  const wanted = {
    customer: options.customers,
    company: options.companies,
    agent: options.agents,
  };
  if (!wanted[record.kind]) return out("kind-off");
  if (record.kind === "customer") {
    const hidden = visibility(record, user);
    if (hidden !== undefined) return out(hidden);
    if (options.agentId !== undefined && record.agentId !== options.agentId)
      return out("other-agent");
    if (!hasOneOf(record.tags, options.tags)) return out("tag-missing");
  }
  return editedGate(record, user, options.editedSince);
}

/** R13. A customer without an agent belongs to nobody's release, so nobody's phone gets it. */
function visibility(
  record: Decisive<ContactRecord>,
  user: UserView,
): ScopeReason | undefined {
  if (!user.agentRelease) return undefined;
  if (record.agentId === undefined) return "no-agent";
  return user.releasedAgentIds.has(record.agentId)
    ? undefined
    : "agent-not-released";
}

/** R33: case-insensitive, exact; no wish means no restriction. */
function hasOneOf(tags: readonly string[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const folded = new Set(tags.map(fold));
  return wanted.some((tag) => folded.has(fold(tag)));
}

/** Not by way of upper case, which would make "Maße" and "Masse" the same tag. */
const fold = (tag: string): string => tag.normalize("NFC").trim().toLowerCase();

function appointmentScope(
  record: Decisive<AppointmentRecord>,
  user: UserView,
  options: AppointmentsOptions,
  judgedAt: Instant,
): Scope {
  const hidden = ownership(record, user, options);
  if (hidden !== undefined) return out(hidden);
  const { maxAgeDays } = options;
  // R16: inclusive, from the last change.
  if (
    maxAgeDays !== undefined &&
    record.lastChanged < judgedAt - maxAgeDays * DAY_MS
  )
    return gated("too-old");
  return editedGate(record, user, options.editedSince);
}

/**
 * R14, R15. Others' appointments are a choice of Outlook and Tobit only; elsewhere nobody is chosen. What was allowed when it
 * was chosen is asked of ams each time: the right, and the department.
 */
function ownership(
  { ownerId }: Decisive<AppointmentRecord>,
  { userId, rights, colleagueIds }: UserView,
  { ownerIds = [] }: AppointmentsOptions,
): ScopeReason | undefined {
  if (ownerId === userId) return undefined;
  if (!ownerIds.includes(ownerId))
    return ownerIds.length === 0 ? "not-own" : "owner-not-chosen";
  if (!rights.has(DEPARTMENT_APPOINTMENTS)) return "no-department-right";
  return colleagueIds?.has(ownerId) ? undefined : "other-department";
}

/** R34: from the start of that day in the tenant's zone, which is the same as comparing calendar days there. */
function editedGate(
  record: ScopeRecord,
  user: UserView,
  since: PlainDate | undefined,
): Scope {
  return since !== undefined && dayIn(user.timeZone, record.lastChanged) < since
    ? gated("not-edited-since")
    : IN;
}
