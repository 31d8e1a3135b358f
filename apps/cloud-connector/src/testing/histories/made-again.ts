import type { RecordRef } from "@ams-sync/connector-kit";
import type { MemoryAms } from "@ams-sync/connector-kit/memory";
import type { StreamKind } from "@ams-sync/sync-core";
import type { Party } from "./party.js";
import { codec, keyOf } from "./readings.js";

/** Nobody wants a record back that was deleted in ams, unless somebody says so of its item. */
export const madeAgain = (
  { ams }: { readonly ams: Pick<MemoryAms, "records"> },
  party: Party,
  stream: StreamKind,
  uid: string,
  ref: RecordRef,
): readonly string[] => {
  const made = keyOf(ref);
  return [...party.server.items].flatMap(([id, { text }]) => {
    const once = party.linkedOnce.get(id) ?? made;
    const known =
      once === made ||
      party.abandoned.has(id) ||
      party.wanted.has(id) ||
      ams.records.has(once);
    const it =
      id.startsWith(party.containerOf(stream)) &&
      codec(stream).read(text).uid === uid;
    return it && !known
      ? [`${made}: made of ${id}, and ${once} was deleted in ams`]
      : [];
  });
};
