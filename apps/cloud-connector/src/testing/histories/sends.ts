import type { RecordRef } from "@ams-sync/connector-kit";
import { canonicalOf } from "@ams-sync/sync-core";
import type { Fields, StreamKind } from "@ams-sync/sync-core";
import { editedInTime } from "./belongs.js";
import { STREAMS } from "./party.js";
import type { Party } from "./party.js";
import { isWanted } from "./reads.js";
import type { Sight } from "./reads.js";
import { changed, codec, keyOf, read } from "./readings.js";
import type { Effect } from "./effect.js";
import type { Watched } from "./watched.js";

/**
 * What is wrong with a create or an update that leaves just now: it must be of a record that was in scope when the run
 * read it last, and put there what it held then.
 */
export const wrongIn = (
  world: Watched,
  party: Party,
  { operation, stream, id, before, after }: Effect,
  known: RecordRef | undefined,
): readonly string[] => {
  if (after === undefined) return [];
  const at = `${operation} of ${id} for ${party.userId}`;
  const sights = party.sights.filter(([key]) =>
    known === undefined
      ? key.startsWith("appointment/") === (stream === "appointments")
      : key === keyOf(known),
  );
  const mayGo = sights.filter(([, sight]) => isWanted(sight));
  if (mayGo.length === 0) return [`${at}: it is out of scope`];
  const faults: string[] = [];
  if (operation === "create" && !passesGate(world, party, mayGo))
    faults.push(`${at}: it was not edited since that day`);
  const carries = mayGo.some(([, sight]) =>
    holds(sight, stream, before, after),
  );
  if (!carries) faults.push(`${at}: not what the record holds\n${after}`);
  return faults;
};

const holds = (
  { record, options }: Sight,
  stream: StreamKind,
  before: string | undefined,
  after: string,
): boolean => {
  const checked = record && canonicalOf(record, options);
  if (!checked?.ok) return false;
  const form = codec(stream).normalize(checked.canonical);
  const now: Fields = read(stream, after, form).fields;
  const wanted: Fields = form.fields;
  const then: Fields =
    before === undefined ? {} : read(stream, before, form).fields;
  return changed(then, now).every(
    (name) => (now[name] ?? "") === (wanted[name] ?? ""),
  );
};

/** What was last edited before that day goes only where it went before. */
const passesGate = (
  world: Watched,
  party: Party,
  sights: readonly (readonly [string, Sight])[],
): boolean => {
  const [first] = sights;
  if (!first) return true;
  const [key] = first;
  const linked = STREAMS.some((kind) =>
    world.stream(party, kind).links.has(key),
  );
  const inTime = sights.some(
    ([, { record, options }]) => record && editedInTime(record, options),
  );
  const passes = inTime || linked || party.begun.has(key);
  party.begun.add(key);
  return passes;
};
