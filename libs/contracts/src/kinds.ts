import type {
  ConflictPolicy,
  Loss,
  Origin,
  RecordKind,
  StreamKind,
  System,
} from "@ams-sync/sync-core";
import {
  Departure,
  RecordKind as WireRecordKind,
  StreamKind as WireStreamKind,
  System as WireSystem,
} from "./generated/ams_sync/common/v1/common.js";
import { ConflictPolicy as WireConflictPolicy } from "./generated/ams_sync/settings/v1/settings.js";
import {
  Conflict_Winner as WireWinner,
  Loss as WireLoss,
  Origin as WireOrigin,
  Removal as WireRemoval,
  ShownAction as WireShownAction,
} from "./generated/ams_sync/state/v1/run.js";

/**
 * Two directions of one table. The table is a Record over the whole union, so a word that sync-core gains does not
 * compile until it has its number on the wire.
 */
const between = <Word extends string, Wire extends string>(
  table: Readonly<Record<Word, Wire>>,
): {
  toWire: (word: Word) => Wire;
  fromWire: (wire: Wire) => Word | undefined;
} => {
  const words = new Map<Wire, Word>();
  for (const word in table) words.set(table[word], word);
  return {
    toWire: (word) => table[word],
    fromWire: (wire) => words.get(wire),
  };
};

const recordKinds = between<RecordKind, WireRecordKind>({
  customer: WireRecordKind.CUSTOMER,
  company: WireRecordKind.COMPANY,
  agent: WireRecordKind.AGENT,
  appointment: WireRecordKind.APPOINTMENT,
});
export const recordKindToWire = recordKinds.toWire;
/** undefined for UNSPECIFIED and for a value of a newer peer: refuse the request, never guess. */
export const recordKindFromWire = recordKinds.fromWire;

const streamKinds = between<StreamKind, WireStreamKind>({
  contacts: WireStreamKind.CONTACTS,
  appointments: WireStreamKind.APPOINTMENTS,
});
export const streamKindToWire = streamKinds.toWire;
/** undefined for UNSPECIFIED and for a value of a newer peer. */
export const streamKindFromWire = streamKinds.fromWire;

const systems = between<System, WireSystem>({
  cloud: WireSystem.CLOUD,
  outlook: WireSystem.OUTLOOK,
  tobit: WireSystem.TOBIT,
  google: WireSystem.GOOGLE,
});
export const systemToWire = systems.toWire;
/** undefined for UNSPECIFIED and for a value of a newer peer. */
export const systemFromWire = systems.fromWire;

const origins = between<Origin, WireOrigin>({
  created: WireOrigin.CREATED,
  imported: WireOrigin.IMPORTED,
  adopted: WireOrigin.ADOPTED,
});
export const originToWire = origins.toWire;
/** undefined for UNSPECIFIED and for a value of a newer peer. */
export const originFromWire = origins.fromWire;

const losses = between<Loss, WireLoss>({
  noticed: WireLoss.NOTICED,
  left: WireLoss.LEFT,
});
export const lossToWire = losses.toWire;
/** undefined for UNSPECIFIED, which a link has whose item is there, and for a value of a newer peer. */
export const lossFromWire = losses.fromWire;

/** What the guard counts: an item that goes, or a field that is emptied. */
export type Removal = "delete" | "clear";

const removals = between<Removal, WireRemoval>({
  delete: WireRemoval.DELETE,
  clear: WireRemoval.CLEAR,
});
export const removalToWire = removals.toWire;
/** undefined for UNSPECIFIED and for a value of a newer peer. */
export const removalFromWire = removals.fromWire;

const departures = between<"remove" | "leave", Departure>({
  remove: Departure.REMOVE,
  leave: Departure.LEAVE,
});
export const departureToWire = departures.toWire;
/** undefined for UNSPECIFIED, which an account has that stays, and for a value of a newer peer. */
export const departureFromWire = departures.fromWire;

/** What a preview shows that a run would do. */
export type ShownAction =
  | "create"
  | "adopt"
  | "update"
  | "take"
  | "import"
  | "delete"
  | "clear"
  | "unlink";

const shownActions = between<ShownAction, WireShownAction>({
  create: WireShownAction.CREATE,
  adopt: WireShownAction.ADOPT,
  update: WireShownAction.UPDATE,
  take: WireShownAction.TAKE,
  import: WireShownAction.IMPORT,
  delete: WireShownAction.DELETE,
  clear: WireShownAction.CLEAR,
  unlink: WireShownAction.UNLINK,
});
export const shownActionToWire = shownActions.toWire;
/** undefined for UNSPECIFIED and for a value of a newer peer. */
export const shownActionFromWire = shownActions.fromWire;

const winners = between<"ams" | "remote", WireWinner>({
  ams: WireWinner.AMS,
  remote: WireWinner.REMOTE,
});
export const winnerToWire = winners.toWire;
/** undefined for UNSPECIFIED and for a value of a newer peer. */
export const winnerFromWire = winners.fromWire;

const conflictPolicies = between<ConflictPolicy, WireConflictPolicy>({
  "ams-wins": WireConflictPolicy.AMS_WINS,
  "remote-wins": WireConflictPolicy.REMOTE_WINS,
});
export const conflictPolicyToWire = conflictPolicies.toWire;
/** undefined for UNSPECIFIED and for a value of a newer peer. */
export const conflictPolicyFromWire = conflictPolicies.fromWire;
