import type { Canonical, StreamKind, TimeZone } from "@ams-sync/sync-core";
import { ConnectorError } from "../connector-error.js";
import {
  type Mishap,
  type Mishaps,
  type Request,
  SAMPLES,
  type Sample,
  type Stranger,
  type Subject,
} from "../contract/index.js";
import { MemoryRemote } from "../memory/index.js";

/** The model of a server, by the contract of every connector. */
export function memorySubject(): Subject & {
  readonly connector: MemoryRemote;
} {
  const connector = new MemoryRemote();
  return {
    connector,
    login: {
      serverUrl: "https://dav.example.com/",
      username: "käthe",
      password: connector.password,
    },
    timeZone: "Europe/Berlin" as TimeZone,
    stranger: strangerAt(connector),
    mishaps: mishapsAt(connector),
    lacks: {
      "absent-containers": "The model's containers need not be made.",
      stalls: "The model answers at once.",
      "yearless-birthday": "The model holds fields, not what they stand for.",
    },
    bends: {},
    voidTokens: (token) => [String(Number(token) + 1_000)],
  };
}

function strangerAt(remote: MemoryRemote): Stranger {
  let made = 0;
  return {
    container: async (stream, words) => `/${stream}/${words}-${(made += 1)}/`,
    put: async (container, name, { escaped = false } = {}) => {
      const id = `${container}${escaped ? "Käthe & Übel" : "fremd"}-${(made += 1)}`;
      const { stream, fields, obstacle, about }: Sample = SAMPLES[name];
      const form = { type: typeOf(stream), fields } as Canonical;
      remote.add(id, `fremd-${made}`, form, {
        ...about,
        ...(obstacle !== undefined && { obstacle }),
      });
      return id;
    },
    decorate: async (id) => remote.annotate(id, "Foto und Notiz"),
    resave: async (id) => remote.edit(id, {}),
    move: async (id) => {
      const to = `${id}-verschoben`;
      const item = remote.items.get(id);
      if (item === undefined) throw new Error("The model holds no such item.");
      remote.lose(id);
      remote.add(to, item.uid, item.form, item.about);
      return to;
    },
    remove: async (id) => remote.lose(id),
    facts: async (id) => {
      const item = remote.items.get(id);
      if (item === undefined) return undefined;
      const fields = Object.entries(item.form.fields);
      return [item.extra, ...fields.map((one) => one.join("="))].toSorted();
    },
    list: async (container) =>
      [...remote.items.keys()].filter((id) => id.startsWith(container)),
    place: (id) => id,
    leave: async () => undefined,
  };
}

const typeOf = (stream: StreamKind): Canonical["type"] =>
  stream === "contacts" ? "private" : "appointment";

function mishapsAt(remote: MemoryRemote): Mishaps {
  return {
    next(request, mishap, times = 1) {
      let left = times;
      remote.fault = ({ operation }) => {
        if (operation !== request || left === 0) return undefined;
        left -= 1;
        return faultOf(request, mishap);
      };
    },
    clear() {
      remote.fault = () => undefined;
    },
  };
}

function faultOf(request: Request, mishap: Mishap) {
  switch (mishap.kind) {
    case "answer-lost":
      return {
        after: new ConnectorError("transient", `The ${request} got no answer.`),
      };
    case "busy":
      return {
        before: new ConnectorError("throttled", "Come back later.", {
          retryAfterMs: mishap.seconds * 1_000,
        }),
      };
    case "fails":
      return {
        before: new ConnectorError("transient", `The ${request} failed.`),
      };
    case "refused":
      return {
        before: new ConnectorError("rejected", `No room for the ${request}.`),
      };
    case "meanwhile":
      // The model's stranger is through with it when its call returns.
      void mishap.act();
      return undefined;
    case "stalls":
      throw new Error("The model answers at once.");
  }
}
