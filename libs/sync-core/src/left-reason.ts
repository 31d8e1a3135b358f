/**
 * Why an item of the other system that belongs to no record stays as it is, unread by ams. Closed; each code has one
 * sentence for people in `leftReasonText`.
 */
export const LEFT_REASONS = [
  // What it is.
  "recurring",
  "several-days",
  "unreadable",
  "unknown-zone",
  "no-item",
  "group",
  // What a user's settings or marks say of it.
  "no-category",
  "private",
  "cancelled",
  "declined",
  "before-connection",
  "no-customer",
  "too-old",
  "not-edited-since",
  "kind-off",
  // What its record would be.
  "not-importable",
  "agent-undecided",
  "other-agent",
  "tag-missing",
  // What is known of it.
  "ambiguous",
  "matched-out-of-scope",
  "own-left-behind",
  "own-copy",
  "record-deleted",
] as const;
export type LeftReason = (typeof LEFT_REASONS)[number];

/** What keeps an item from being read as a record, whoever it belongs to. */
export type Obstacle = Extract<
  LeftReason,
  | "recurring"
  | "several-days"
  | "unreadable"
  | "unknown-zone"
  | "no-item"
  | "group"
>;
