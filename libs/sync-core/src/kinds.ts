/** What a record is in ams. The first three belong to the contacts stream. */
export const RECORD_KINDS = [
  "customer",
  "company",
  "agent",
  "appointment",
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** One kind of thing of an account: owns containers, tokens, inbox and links. */
export const STREAM_KINDS = ["contacts", "appointments"] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/** The systems an account can live in. One queue and one connector each. */
export const SYSTEMS = ["cloud", "outlook", "tobit", "google"] as const;
export type System = (typeof SYSTEMS)[number];

export type ConflictPolicy = "ams-wins" | "remote-wins";

/** How a link came to be: made by us, taken into ams from there, or matched with what was there. */
export type Origin = "created" | "imported" | "adopted";

export const streamOf = (kind: RecordKind): StreamKind =>
  kind === "appointment" ? "appointments" : "contacts";
