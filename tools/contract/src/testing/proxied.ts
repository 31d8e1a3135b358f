import { Stage, type Subject } from "@ams-sync/connector-kit/contract";
import {
  type Imposable,
  type QuirkName,
  type QuirkProxy,
  startQuirkProxy,
  SUB_PATH,
} from "@ams-sync/testing";
import { DavClient, type DavLogin, STRANGER_AGENT } from "../dav/client.js";
import { findHomes } from "../dav/homes.js";
import { DavStranger } from "../dav/stranger.js";
import { davSubject } from "../dav/subject.js";
import { DavMishaps } from "./dav-mishaps.js";
import type { ContractServer } from "./servers.js";

/** What a trap takes away, whatever a client does. */
const BENDS: Partial<Record<QuirkName, keyof Subject["bends"]>> = {
  "create-overwrites": "creates-refused",
  "stale-delete-deletes": "deletes-guarded",
  "racing-updates-lost": "updates-guarded",
};

/** What `stored-without-field` leaves out; which of the numbers comes first is the connector's. */
const DROPS: NonNullable<Subject["drops"]> = {
  contacts: ["gender", "phonePrivate", "phoneBusiness", "fax", "mobile"],
  appointments: ["remark"],
};

/** Traps whose work on a write of the stranger the connector finds in what it reads. */
const LASTING = /^(stored-|identical-put-changes-etag$)/;

export interface Proxied {
  readonly stage: Stage;
  readonly proxy: QuirkProxy;
  close(): Promise<void>;
}

/** A server behind a proxy, with traps and without: what goes wrong on the way needs the proxy too. */
export async function proxied(
  server: DavLogin,
  traps: readonly Imposable[],
  { lacks, bends, path }: Pick<ContractServer, "lacks" | "bends" | "path">,
): Promise<Proxied> {
  const proxy = await startQuirkProxy({
    target: server.url,
    // What else a trap does to the stranger shows nothing of the connector.
    counts: ({ headers }, trap) =>
      headers["user-agent"] !== STRANGER_AGENT || LASTING.test(trap),
  });
  const login = { ...server, url: proxy.url };
  // Discovery past the traps: another program has found its way long ago.
  const direct = new DavClient(server);
  const homes = await findHomes(direct);
  await direct.close();
  const through = (url: string) =>
    url.replace(new URL(server.url).origin, new URL(proxy.url).origin);
  const client = new DavClient(login);
  const stranger = new DavStranger(
    client,
    Object.fromEntries(
      Object.entries(homes).map(([stream, home]) => [stream, through(home)]),
    ),
  );
  const subject = davSubject(
    { ...login, serverUrl: new URL(startOf(traps, path), proxy.url).href },
    stranger,
    {
      mishaps: new DavMishaps(proxy, traps),
      lacks: { ...lacks, ...lacksOf(traps) },
      bends: { ...bends, ...bendsOf(traps) },
      drops: traps.includes("stored-without-field") ? DROPS : {},
    },
  );
  const stop = async () => {
    await subject.close();
    await client.close();
    await proxy.stop();
  };
  try {
    const stage = await Stage.open(subject);
    return {
      stage,
      proxy,
      close: async () => {
        await stage.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the user has to enter. */
function startOf(traps: readonly Imposable[], path: string): string {
  if (traps.includes("discovery-in-sub-path")) return SUB_PATH;
  return traps.includes("well-known-missing") ? path : "";
}

/** `unknown-token-…` forgets every token, also one that was just given. */
const lacksOf = (traps: readonly Imposable[]): Subject["lacks"] => {
  const reason = "The trap takes all tokens away.";
  const has = (start: string) =>
    traps.some((trap) => typeof trap === "string" && trap.startsWith(start));
  return {
    ...((has("no-sync") || has("unknown-token")) && { tokens: reason }),
    ...(has("no-sync") && { "void-tokens": reason }),
  };
};

const bendsOf = (traps: readonly Imposable[]): Subject["bends"] =>
  Object.fromEntries(
    traps.flatMap((trap) => {
      const guarantee = typeof trap === "string" ? BENDS[trap] : undefined;
      return guarantee === undefined ? [] : [[guarantee, `${String(trap)}`]];
    }),
  );
