import type { Subject } from "@ams-sync/connector-kit/contract";
import {
  davicalAvailable,
  type LocalServer,
  type QuirkName,
  radicaleAvailable,
  startDavical,
  startRadicale,
  startXandikos,
  xandikosAvailable,
} from "@ams-sync/testing";

export const PASSWORD = "Schlüssel:ß";
const users = [{ name: "käthe", password: PASSWORD }];

export interface ContractServer {
  readonly name: string;
  readonly username: string;
  readonly available: () => boolean;
  /** The address that its provider names, below the server's, where nothing leads there. */
  readonly path: string;
  readonly start: () => Promise<LocalServer & { readonly url: string }>;
  readonly lacks: Subject["lacks"];
  readonly bends: Subject["bends"];
  /** Traps that make no difference here, each with the reason. */
  readonly idle: { readonly [name in QuirkName]?: string };
}

/** Servers from Debian, as different as three can be. */
export const SERVERS: readonly ContractServer[] = [
  {
    name: "Radicale",
    username: "käthe",
    path: "",
    available: radicaleAvailable,
    start: () => startRadicale({ users }),
    lacks: {},
    bends: {},
    idle: {
      "updates-201-deletes-200": "Radicale answers so by itself.",
    },
  },
  {
    name: "Xandikos",
    // It answers 500 where its own principal needs escaping.
    username: "kaethe",
    path: "",
    available: xandikosAvailable,
    start: () => startXandikos({ user: "kaethe" }),
    lacks: {
      passwords: "Xandikos checks none.",
      backslashes: "Xandikos undoes the escapes of an event twice.",
      "escaped-event": "Xandikos undoes the escapes of an event twice.",
    },
    bends: {},
    idle: {
      "updates-and-deletes-204": "Xandikos answers so by itself.",
    },
  },
  {
    name: "DAViCal",
    username: "käthe",
    path: "caldav.php/",
    available: davicalAvailable,
    start: () => startDavical({ users }),
    lacks: {
      "escaped-card": "DAViCal stores a card without its escapes.",
    },
    bends: {},
    idle: {
      "updates-and-deletes-204": "DAViCal answers so by itself.",
      "multiget-absent-omitted": "DAViCal answers so by itself.",
    },
  },
];
