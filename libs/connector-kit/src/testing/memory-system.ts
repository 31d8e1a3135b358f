import type { Canonical, Fields, StreamKind } from "@ams-sync/sync-core";
import type { MemoryRemote } from "../memory/index.js";
import type { Edit, HistoryPlace, HistorySystem } from "./histories/index.js";
import { memorySubject } from "./memory-subject.js";

/** The model of a server, for histories. */
export const memorySystem = (
  prepare: (remote: MemoryRemote) => void = () => undefined,
): HistorySystem => ({
  place: () => {
    const { connector: remote, login, mishaps } = memorySubject();
    if (!mishaps) throw new Error("The model's requests can go wrong.");
    remote.inward = ["contacts", "appointments"];
    prepare(remote);
    return placeAt(remote, login, mishaps);
  },
});

function placeAt(
  remote: MemoryRemote,
  login: HistoryPlace["login"],
  mishaps: HistoryPlace["mishaps"],
): HistoryPlace {
  let made = 0;
  return {
    ...{ login, mishaps },
    connector: () => remote,
    items: (stream) =>
      [...remote.items].flatMap(([id, { uid, form }]) =>
        id.startsWith(`/${stream}/`)
          ? [{ id, uid, fields: filled(form.fields) }]
          : [],
      ),
    add: (stream, edit, category) => {
      made += 1;
      const id = `/${stream}/fremd-${made}`;
      const form = { type: typeOf(stream), fields: filled(edit) } as Canonical;
      remote.add(id, `fremd-${made}`, form, {
        ...(category !== "" && { categories: [category] }),
      });
      return id;
    },
    edit: (id, edit) =>
      remote.edit(
        id,
        Object.fromEntries(
          Object.entries(edit).map(([name, text]) => [name, text || undefined]),
        ),
      ),
    remove: (id) => remote.lose(id),
    // The model's log is never cut off.
    voidTokens: () => undefined,
  };
}

const filled = (fields: Edit | Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, text]) =>
      text ? [[name, text]] : [],
    ),
  );

const typeOf = (stream: StreamKind): Canonical["type"] =>
  stream === "contacts" ? "private" : "appointment";
