import type { QuirkName } from "@ams-sync/testing";
import { pairwise } from "./covering.js";

/** Of each line a server has one; different lines go together. */
export const FACTORS = [
  [
    "no-sync-collection",
    "unknown-token-403",
    "unknown-token-500",
    "unknown-token-full-list",
  ],
  ["hrefs-lower", "hrefs-upper", "hrefs-decoded", "hrefs-absolute"],
  [
    "well-known-missing",
    "well-known-relative",
    "well-known-absolute",
    "discovery-in-sub-path",
  ],
  [
    "duplicate-uid-409",
    "duplicate-uid-403",
    "duplicate-uid-207",
    "duplicate-uid-accepted",
  ],
  ["multiget-absent-row", "multiget-absent-omitted", "multiget-absent-404"],
  ["etag-repeats", "identical-put-changes-etag"],
  ["updates-and-deletes-204"],
  ["put-without-etag"],
  ["create-overwrites"],
  ["stale-delete-deletes"],
  ["racing-updates-lost"],
  ["connections-dropped"],
  ["stored-reordered"],
  ["stored-refolded"],
  ["stored-groups-upper"],
  ["stored-trimmed"],
  ["stored-as-vcard-3"],
  ["stored-with-class"],
  ["stored-with-schedule-status"],
  ["stored-without-field"],
] as const satisfies readonly (readonly QuirkName[])[];

/** Its trap is not on: without this level the traps that stand alone would be on in every row, whoever they meet. */
const off = (trap: QuirkName): string => `no ${trap}`;

/** What pairs are made of. */
export const LEVELS: readonly (readonly string[])[] = FACTORS.map(
  (levels: readonly QuirkName[]) =>
    levels.length === 1 ? [...levels, ...levels.map(off)] : levels,
);

/** The traps that are on in a row, in its order: which one is nearer to the server decides what the others see. */
export const trapsIn = (row: readonly string[]): readonly QuirkName[] =>
  row.flatMap((level) => TRAPS.filter((trap) => trap === level));

export const TRAPS: readonly QuirkName[] = FACTORS.flat();

/** Those that are tried one by one. */
export const SINGLES: readonly QuirkName[] = [
  ...TRAPS,
  "updates-201-deletes-200",
];

// Nearest to the server: what another trap answers for an update would look like its own doing.
const INNERMOST = "create-overwrites";

/** Rows of traps in which each two of them meet. */
export const PAIRS: readonly (readonly QuirkName[])[] = pairwise(LEVELS)
  .map(trapsIn)
  .map((row) => [
    ...row.filter((trap) => trap !== INNERMOST),
    ...row.filter((trap) => trap === INNERMOST),
  ]);

/** Not in the contract's runs, each with the reason. */
export const ELSEWHERE: Readonly<Partial<Record<QuirkName, string>>> = {
  "put-fails-inside":
    'A mishap of the contract itself: "the server has no room".',
  "digest-only": "Nobody gets in; see program.e2e.spec.ts.",
  "updates-201-deletes-200":
    "Not in pairs: what Radicale, where they are asked most, does by itself.",
  "limit-ignored": "The connector sends no nresults.",
  "limit-507": "The connector sends no nresults.",
  "query-by-uid-500": "The connector asks for addresses, never for a UID.",
  "query-by-uid-matches-all":
    "The connector asks for addresses, never for a UID.",
};

/**
 * The cases that a server's conduct decides, for pairs of traps: enough that each of them acts. The whole contract is run
 * with each single one in contract.long.spec.ts.
 */
export const TELLING_CASES: readonly string[] = [
  "contacts: create again without having listed",
  "contacts: create again what was deleted",
  "contacts: create what somebody moved to another address",
  "appointments: update",
  "contacts: update in the moment when somebody writes",
  "appointments: delete in the moment when somebody writes",
  "contacts: preserve what another program wrote",
  "appointments: preserve what another program wrote",
  "contacts: preserve a birthday without a year",
  "contacts: what the system does not keep",
  "appointments: what the system does not keep",
  "contacts: list everything",
  "contacts: changes since a token",
  "contacts: the echo of an own write",
  "contacts: somebody saves again what is there",
  "contacts: read many, some of them absent",
  "contacts: an item whose name needs escaping",
];
