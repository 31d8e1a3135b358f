import type { AmsView, RecordRef } from "./ams-records.js";
import type { RunContext } from "./run-context.js";
import type { Entry } from "./run-state.js";

/** Entries with the records and the user that were read for them, together. */
export interface Loaded {
  readonly entries: readonly Entry[];
  readonly view: AmsView;
}

type Load = (entries: readonly Entry[]) => Promise<AmsView>;

/**
 * Reads the slice's records from ams. Where that fails although ams answers, one row is to blame: each is read by
 * itself then, and `unreadable` is told of those that cannot be.
 * @throws what ams throws when it does not answer at all
 */
export const loadSlice = async (
  context: RunContext,
  entries: readonly Entry[],
  unreadable: (entry: Entry, error: unknown) => void,
  refOf: (entry: Entry) => RecordRef | undefined = announcedHere,
): Promise<readonly Loaded[]> => {
  const load: Load = async (some) => {
    const { records, home, account, preload } = context;
    const refs = some.flatMap((entry) => refOf(entry) ?? []);
    return preload?.take(refs) ?? records.load(home, account.userId, refs);
  };
  const tried = await attemptWhileAnswering(load, entries);
  if (tried.ok) return [{ entries, view: tried.view }];
  const loaded: Loaded[] = [];
  for (const entry of entries) {
    if (context.halt.stopped()) break;
    const one = await attemptWhileAnswering(load, [entry]);
    if (one.ok) loaded.push({ entries: [entry], view: one.view });
    else unreadable(entry, one.error);
  }
  return loaded;
};

/** The record that an entry is about as far as state knows. */
export const refOfEntry = (entry: Entry): RecordRef | undefined => {
  const named = entry.side === "ams" ? entry : entry.link;
  return named && { kind: named.kind, id: named.recordId };
};

const announcedHere = (entry: Entry): RecordRef | undefined =>
  entry.side === "ams" ? refOfEntry(entry) : undefined;

type Attempted =
  | { readonly ok: true; readonly view: AmsView }
  | { readonly ok: false; readonly error: unknown };

/** A failure is a value only while ams still answers for the user alone. */
const attemptWhileAnswering = async (
  load: Load,
  entries: readonly Entry[],
): Promise<Attempted> => {
  try {
    return { ok: true, view: await load(entries) };
  } catch (error) {
    try {
      await load([]);
    } catch {
      // The first error says what was wanted when the connection was lost.
      throw error;
    }
    return { ok: false, error };
  }
};
