import { QUIRK_NAMES, type QuirkName } from "@ams-sync/testing";

/**
 * What our connector cannot meet here, with the reason. The proof asserts that these never act: one that does has become a
 * case like the others.
 */
export const UNREACHABLE: Readonly<Partial<Record<QuirkName, string>>> = {
  "limit-ignored": "The connector sends no nresults.",
  "limit-507": "The connector sends no nresults.",
  "query-by-uid-500": "The connector asks for addresses, never for a UID.",
  "query-by-uid-matches-all":
    "The connector asks for addresses, never for a UID.",
  "updates-201-deletes-200":
    "Radicale answers so by itself, in every other case; updates-and-deletes-204 is the other way.",
};

/** These act only on what does not happen in every account's life; see quirk-cases.medium.spec.ts. */
export const OWN_CASE: readonly QuirkName[] = [
  "put-fails-inside",
  "digest-only",
  "etag-repeats",
  "identical-put-changes-etag",
  "duplicate-uid-409",
  "duplicate-uid-403",
  "duplicate-uid-207",
  "duplicate-uid-accepted",
  "stored-groups-upper",
  "stored-as-vcard-3",
  "stored-with-schedule-status",
];

/** What is sent under these is not all kept; see unkept-field.medium.spec.ts. */
export const NOT_KEPT = [
  "stored-without-field",
] as const satisfies readonly QuirkName[];

/** These act only where a person writes in the moment when we do; see quirk-races.medium.spec.ts. */
export const IN_A_RACE: readonly QuirkName[] = [
  "create-overwrites",
  "stale-delete-deletes",
  "racing-updates-lost",
];

/** All others show in the life of any account. */
export const IN_EVERY_LIFE: readonly QuirkName[] = QUIRK_NAMES.filter(
  (name) =>
    !(
      name in UNREACHABLE ||
      [...OWN_CASE, ...IN_A_RACE, ...NOT_KEPT].includes(name)
    ),
);
