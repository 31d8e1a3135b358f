import { weightOf } from "./choose.js";
import type { KillPoint } from "./kill-point.js";
import type { Store } from "./site.js";
import { endsOf } from "./site-wires.js";

/**
 * Messages that the matrix has to have met, as it found them last. Without this list it would shrink in silence: a message
 * that is renamed, that no scenario causes any more, or that passes by chance only is no kill point. One that is gone on
 * purpose is taken out here, one that is new is added.
 */
const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  "capture>ams": [
    "call current_setting at once",
    "call now",
    "call pg_current_snapshot at once",
    "call pg_drop_replication_slot at once",
    "call pg_try_advisory_lock",
    "commit call now",
    "confirm",
    "create_replication_slot ams_sync_ams",
    "declare record",
    "fetch 4000",
    "select customer_tag",
    "select pg_index",
    "select unnest",
    "start_replication slot",
    "wal begin",
    "wal commit",
    "wal row",
  ],
  "capture>state": [
    "AppendChanges",
    "BeginSnapshot",
    "FinishSnapshot",
    "OpenSource",
  ],
  "connector>ams": [
    "call pg_advisory_xact_lock",
    "commit insert appointment, insert sync_origin",
    "commit insert customer, insert sync_origin",
    "commit update appointment",
    "commit update customer",
    "insert appointment",
    "insert customer",
    "insert sync_origin",
    "select appointment",
    "select customer",
    "select customer_tag",
    "select sync_origin",
    "select user_right",
    "update appointment",
    "update customer",
  ],
  "connector>dav": [
    "DELETE card",
    "DELETE event",
    "GET card",
    "MKCALENDAR collection",
    "MKCOL collection",
    "PROPFIND 0 card getetag",
    "PROPFIND 0 collection addressbook-home-set",
    "PROPFIND 0 collection current-user-principal",
    "PROPFIND 0 collection resourcetype",
    "PROPFIND 0 event getetag",
    "PROPFIND infinity collection resourcetype",
    "PUT changed card",
    "PUT changed event",
    "PUT new card",
    "PUT new event",
    "REPORT addressbook-multiget",
    "REPORT calendar-multiget",
    "REPORT sync-collection",
  ],
  "connector>settings": ["GetAccount", "GetCredential"],
  "connector>state": [
    "BeginRun",
    "BindContainer",
    "Commit",
    "EndRun",
    "NextWork",
    "TakeIn",
    "TakeInRemote",
  ],
  "console>settings": ["GetAccount", "ListAccounts", "SaveAccount"],
  "console>state": ["ResetStream"],
  "settings>db": [
    "commit announcement",
    "delete announcement at once",
    "insert announcement",
    "insert credential",
  ],
  "settings>state": ["AnnounceAccount", "VerifyRun"],
  "state>db": [
    "commit begin of run",
    "commit container",
    "commit end of run",
    "commit feed",
    "commit insert source, update source",
    "commit intake",
    "commit links",
    "commit marks",
    "commit streams",
    "commit strikes",
    "commit update account, update run",
    "commit update account, update run, delete parted_item, update parted_item, delete unlinked_item, update unlinked_item, update stream",
    "commit update source",
    "delete container",
    "insert container",
    "insert feed",
    "insert stream",
    "update feed",
    "update inbox",
    "update link",
    "update stream",
  ],
  "state>schedule": ["update schedule at once"],
};

/** The queue's own, which depend on where it lives. */
const QUEUE: Readonly<
  Record<Store, Readonly<Record<string, readonly string[]>>>
> = {
  PostgreSQL: {
    "capture>queue": ["call add_job at once"],
    "connector>queue": [
      "call move_to_active at once",
      "call move_to_completed_fetch at once",
    ],
    "state>queue": ["call add_job at once"],
  },
  Redis: {
    "capture>queue": ["adds a job to the queue"],
    "connector>queue": [
      "move job from active to a",
      "move next job to be processed",
    ],
    "state>queue": ["adds a job to the queue"],
  },
};

/** Nothing answers what the server streams. */
const ONE_WAY = /^wal /;

const placeOf = ({
  victim,
  wire,
  label,
  when,
}: Pick<KillPoint, "victim" | "wire" | "label" | "when">): string =>
  [victim, wire, label, when].join(" | ");

/** Where somebody must have been killed at least once, in whatever scenario: before and after each message, at each end. */
export function leastOf(
  store: Store,
  wanted: (point: KillPoint) => boolean,
): string[] {
  const all = Object.entries({ ...MESSAGES, ...QUEUE[store] });
  return all.flatMap(([wire, labels]) =>
    labels.flatMap((label) => {
      const weight = weightOf(wire, label);
      return (["before", "after"] as const)
        .filter((when) => weight !== "inside" || when === "after")
        .filter((when) => !ONE_WAY.test(label) || when === "before")
        .flatMap((when) =>
          endsOf(wire).map((victim) => ({
            ...{ scenario: "", victim, wire, label, nth: 1, when },
          })),
        )
        .filter(wanted)
        .map(placeOf);
    }),
  );
}

/** What of it was not tried. */
export function untried(
  least: readonly string[],
  tried: readonly KillPoint[],
): string[] {
  const places = new Set(tried.map(placeOf));
  return least.filter((place) => !places.has(place));
}
