import type { Canonical, Contact, Fields } from "./canonical.js";
import { dayIn } from "./dates.js";
import type { Instant, PlainDate } from "./dates.js";
import { sentFields } from "./fields.js";
import { fieldsOfType, formProblem } from "./form.js";
import type { LeftReason } from "./left-reason.js";
import type { Match } from "./match.js";
import { pickFields } from "./merge.js";
import type { ContactsOptions, SyncOptions } from "./options.js";
import type { Problem } from "./problem.js";
import type { ContactRecord, UserView } from "./record.js";
import { scope } from "./scope.js";
import type { ScopeReason } from "./scope.js";

/** An item that no link knows and that carries no id of ours, as it was read. */
export interface ForeignItem {
  readonly canonical: Canonical;
  readonly categories: readonly string[];
  /** Its class says that it is nobody else's business (RFC 5545 3.8.1.3). */
  readonly confidential: boolean;
  /** It was called off, and is shown as such (RFC 5545 3.8.1.11). */
  readonly cancelled?: boolean;
  /** Its calendar's user is invited and does not come (RFC 5545 3.2.12). */
  readonly declined?: boolean;
  /** When it was made and changed last, by its own account; missing where it does not say. */
  readonly createdAt?: Instant;
  readonly changedAt?: Instant;
  /**
   * When it was announced for the first time by a container that had been listed to its end before: then it was made
   * since. Missing where nobody knows. DAVx5 and others write no time of creation.
   */
  readonly appearedAt?: Instant;
}

export interface ArrivalContext {
  readonly user: UserView;
  readonly options: SyncOptions;
  /** The container is the connector's own; otherwise the user chose one that was there. */
  readonly ownContainer: boolean;
  /** Since when this stream uses the container. */
  readonly boundAt: Instant;
  /** When the item was announced: waiting for a retry never ages it. */
  readonly judgedAt: Instant;
  /** Contacts: what ams has of the kind. A single match never gets here: it is adopted. */
  readonly match: Match;
  /** Appointments: the one customer that it is about (R23). */
  readonly customerId?: string;
  /** Appointments without one stay where they are: the system's calendars hold much that is no business of ams (R23). */
  readonly needsCustomer?: boolean;
  /**
   * A user wants a record of its own made of it: that says more than a category, a likeness, its class or its age in a
   * calendar of their own. What the account's options do not carry, or ams cannot hold, is not made for that either.
   */
  readonly asked?: true;
}

/** What is to be made in ams. `fields` is the whole canonical form. */
export type NewRecord =
  | {
      readonly kind: "customer";
      readonly type: Contact["type"];
      readonly status: "customer" | "prospect";
      readonly agentId?: string;
      readonly fields: Fields;
    }
  | {
      readonly kind: "appointment";
      readonly customerId?: string;
      readonly fields: Fields;
    };

export type Arrival =
  | { readonly verdict: "import"; readonly record: NewRecord }
  | {
      readonly verdict: "leave";
      readonly reason: LeftReason;
      readonly candidates?: readonly string[];
      /** Which of its values ams cannot hold. */
      readonly problem?: Problem;
    };

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a foreign item is worth to ams: a new record (R25, R46), or why it stays where it is. */
export function arrival(item: ForeignItem, context: ArrivalContext): Arrival {
  return item.canonical.type === "appointment"
    ? appointmentArrival(item, context)
    : contactArrival(item, item.canonical, context);
}

/**
 * R46: what the categories make of a new contact. Trimmed, case-insensitive; both words together are a customer.
 */
export function statusOf(
  categories: readonly string[],
): "customer" | "prospect" | undefined {
  const words = new Set(
    categories.map((word) => word.normalize("NFC").trim().toLowerCase()),
  );
  if (words.has("kunde")) return "customer";
  return words.has("interessent") ? "prospect" : undefined;
}

function contactArrival(
  item: ForeignItem,
  contact: Contact,
  context: ArrivalContext,
): Arrival {
  const { options, user, match, asked } = context;
  const chosen = options.contacts;
  const status = statusOf(item.categories) ?? (asked && "customer");
  if (status === undefined) return leave("no-category");
  if (chosen?.customers !== true) return leave("kind-off");
  if (match.verdict === "several" && !asked)
    return {
      verdict: "leave",
      reason: "ambiguous",
      candidates: match.candidates,
    };
  if (editedBefore(item, context, chosen.editedSince))
    return leave("not-edited-since");
  const sent = sentFields("customer", options);
  const names = fieldsOfType(contact.type).filter((one) => sent.includes(one));
  const fields = pickFields(contact.fields, names);
  const problem = formProblem({ type: contact.type, fields });
  if (problem !== undefined) return notImportable(problem);
  const agentId = agentOf(user, chosen);
  const reason = outOfScope(contact.type, fields, agentId, context);
  if (reason !== undefined) return leave(reason);
  const { type } = contact;
  return {
    verdict: "import",
    record: {
      kind: "customer",
      type,
      status,
      ...(agentId !== undefined && { agentId }),
      fields,
    },
  };
}

/** Who is to look after the new customer: who the transfer is restricted to, or the only one that this user may see. */
function agentOf(user: UserView, chosen: ContactsOptions): string | undefined {
  if (chosen.agentId !== undefined) return chosen.agentId;
  const [only, ...others] = user.releasedAgentIds;
  return user.agentRelease && others.length === 0 ? only : undefined;
}

/** A record that its own account would not carry is not made: nobody would find it again. */
function outOfScope(
  type: Contact["type"],
  fields: Fields,
  agentId: string | undefined,
  { user, options, judgedAt }: ArrivalContext,
): LeftReason | undefined {
  const record: ContactRecord = {
    kind: "customer",
    id: "0",
    type,
    values: fields,
    tags: [],
    lastChanged: judgedAt,
    ...(agentId !== undefined && { agentId }),
  };
  const found = scope(record, user, options, judgedAt);
  return found.in || found.gate ? undefined : LEFT[found.reason];
}

const LEFT: { readonly [reason in ScopeReason]: LeftReason } = {
  leaving: "kind-off",
  "stream-off": "kind-off",
  "kind-off": "kind-off",
  "no-agent": "agent-undecided",
  "agent-not-released": "agent-undecided",
  "other-agent": "other-agent",
  "tag-missing": "tag-missing",
  "not-own": "not-importable",
  "owner-not-chosen": "not-importable",
  "no-department-right": "not-importable",
  "other-department": "not-importable",
  "not-edited-since": "not-edited-since",
  "too-old": "too-old",
};

function appointmentArrival(
  item: ForeignItem,
  context: ArrivalContext,
): Arrival {
  const { options, boundAt, judgedAt, customerId } = context;
  const unasked = !context.ownContainer && !context.asked;
  const chosen = options.appointments;
  if (chosen === undefined) return leave("kind-off");
  const { changedAt } = item;
  // R25: a calendar that was there before is the user's own. A change says nothing of when the event was made, and what
  // nobody dates may be old.
  const madeAt = item.createdAt ?? item.appearedAt;
  if (unasked && item.confidential) return leave("private");
  if (item.cancelled) return leave("cancelled");
  if (item.declined && !context.asked) return leave("declined");
  if (unasked && (madeAt === undefined || madeAt < boundAt))
    return leave("before-connection");
  if (context.needsCustomer && !context.asked && customerId === undefined)
    return leave("no-customer");
  const { maxAgeDays } = chosen;
  if (
    maxAgeDays !== undefined &&
    changedAt !== undefined &&
    changedAt < judgedAt - maxAgeDays * DAY_MS
  )
    return leave("too-old");
  if (editedBefore(item, context, chosen.editedSince))
    return leave("not-edited-since");
  const { fields } = item.canonical;
  const problem = formProblem(item.canonical);
  if (problem !== undefined) return notImportable(problem);
  return {
    verdict: "import",
    record: {
      kind: "appointment",
      ...(customerId !== undefined && { customerId }),
      fields,
    },
  };
}

/** R34, on the other side: by the item's own time of change; one that has none is new to us, and so edited now. */
const editedBefore = (
  { changedAt }: ForeignItem,
  { user }: ArrivalContext,
  since: PlainDate | undefined,
): boolean =>
  since !== undefined &&
  changedAt !== undefined &&
  dayIn(user.timeZone, changedAt) < since;

const notImportable = (problem: Problem): Arrival => ({
  verdict: "leave",
  reason: "not-importable",
  problem,
});

const leave = (reason: LeftReason): Arrival => ({ verdict: "leave", reason });
