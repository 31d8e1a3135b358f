import type { AmsRecord, SyncOptions, UserView } from "@ams-sync/sync-core";

/**
 * Who gets which records, written down a second time, so that a fault of the product's own filter is seen: R13 (agent
 * release), R15 (own appointments only), R26 (kinds), R31 (one agent), R33 (tags).
 */
export const belongs = (
  record: AmsRecord,
  { userId, agentRelease, releasedAgentIds }: UserView,
  { contacts, appointments }: SyncOptions,
): boolean => {
  if (record.kind === "appointment")
    return appointments !== undefined && record.ownerId === userId;
  if (contacts === undefined) return false;
  if (record.kind === "company") return contacts.companies;
  if (record.kind === "agent") return contacts.agents;
  const { agentId, tags } = record;
  const released =
    !agentRelease || (agentId !== undefined && releasedAgentIds.has(agentId));
  const ofAgent =
    contacts.agentId === undefined || contacts.agentId === agentId;
  const tagged =
    contacts.tags.length === 0 ||
    tags.some((tag) =>
      contacts.tags.some((one) => one.toLowerCase() === tag.toLowerCase()),
    );
  return contacts.customers && released && ofAgent && tagged;
};

const DAY_MS = 86_400_000;
/** Days as "2024-03-31". */
const BERLIN = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin" });

const optionsOf = ({ kind }: AmsRecord, options: SyncOptions) =>
  kind === "appointment" ? options.appointments : options.contacts;

/** R34: what was last edited before that day goes only where it went before. */
export const editedInTime = (
  record: AmsRecord,
  options: SyncOptions,
): boolean => {
  const since = optionsOf(record, options)?.editedSince;
  return since === undefined || BERLIN.format(record.lastChanged) >= since;
};

/** R16, for what was captured just now. */
export const youngEnough = (
  record: AmsRecord,
  { appointments }: SyncOptions,
  now: number,
): boolean => {
  const days = appointments?.maxAgeDays;
  return (
    record.kind !== "appointment" ||
    days === undefined ||
    record.lastChanged >= now - days * DAY_MS
  );
};
