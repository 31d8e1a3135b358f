import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateBrokerage, type GeneratedBrokerage } from "@ams-sync/ams";
import {
  AccountServiceDefinition,
  SettingsServiceDefinition,
} from "@ams-sync/contracts";
import { grpcClient, type GrpcClient } from "@ams-sync/platform";
import type { DavLogin } from "@ams-sync/proof";
import { startStack, type Stack } from "@ams-sync/stack";
import { startRadicale, startRedis } from "@ams-sync/testing";
import { openDavWire } from "../wires/dav-wire.js";
import { openGrpcWire } from "../wires/grpc-wire.js";
import { Client, type QueryResultRow } from "pg";
import { SiteWires } from "./site-wires.js";
import { TIMES } from "./times.js";
import { Tollhouse } from "./tollhouse.js";

export const STORES = ["PostgreSQL", "Redis"] as const;
export type Store = (typeof STORES)[number];

/** All services with a wire on each of their connections, and a DAV server with logins to spare. */
export interface Site {
  readonly store: Store;
  readonly stack: Stack;
  readonly tollhouse: Tollhouse;
  /** Over wires, as the console would call. */
  readonly settings: GrpcClient<typeof SettingsServiceDefinition>;
  readonly accounts: GrpcClient<typeof AccountServiceDefinition>;
  /** One that nobody has used; its address leads over a wire. */
  nextLogin(): DavLogin;
  /** The same login past the wire. */
  direct(login: DavLogin): DavLogin;
  brokerage(size: Size): Promise<GeneratedBrokerage>;
  /** Asks ams-sync's own database past all wires and rights. */
  own<Row extends QueryResultRow>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<Row[]>;
  /** ams as its owner; bound to no tenant and past row-level security. */
  readonly ams: Client;
  /** Services that ended without being killed here, since somebody took them out. */
  readonly deaths: string[];
  stop(): Promise<void>;
}

export interface Size {
  readonly customers: number;
  readonly appointments: number;
  readonly agents: number;
}

const LOGINS = 500;

export async function openSite(store: Store): Promise<Site> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return await furnish(store, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function furnish(
  store: Store,
  undo: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Site> {
  const data = await mkdtemp(join(tmpdir(), "ams-sync-kill-"));
  undo.push(() => rm(data, { recursive: true, force: true }));
  const tollhouse = new Tollhouse();
  const wires = new SiteWires(tollhouse.toll);
  undo.push(() => wires.close());
  const redis = store === "Redis" ? await startRedis() : undefined;
  if (redis) undo.push(() => redis.stop());
  const radicale = await startRadicale({
    users: Array.from({ length: LOGINS }, (_, index) => loginOf(index)).map(
      ({ username: name, password }) => ({ name, password }),
    ),
  });
  undo.push(() => radicale.stop());
  const deaths: string[] = [];
  const stack = await startStack({
    data,
    postgresSettings: { fsync: "off" },
    redisUrl: redis?.url,
    serviceEnv: async (name, env) => ({
      ...(await wires.lead(name, env)),
      ...TIMES[name],
    }),
    onDeath: (text) => deaths.push(text),
  });
  undo.push(() => stack.stop());
  const dav = await wires.open(openDavWire, "connector>dav", {
    host: "127.0.0.1",
    port: radicale.port,
  });
  const overWire = async (service: "state" | "settings") => {
    const [host = "", port] = stack.grpc[service].split(":");
    const to = { host, port: Number(port) };
    const wire = await wires.open(openGrpcWire, `console>${service}`, to);
    const address = `${wire.host}:${wire.port}`;
    return { address, audience: service, keys: stack.keys };
  };
  const settings = grpcClient(
    SettingsServiceDefinition,
    await overWire("settings"),
  );
  const accounts = grpcClient(
    AccountServiceDefinition,
    await overWire("state"),
  );
  undo.push(async () => {
    settings.close();
    accounts.close();
  });
  const client = async (connectionString: string): Promise<Client> => {
    const opened = new Client({ connectionString });
    await opened.connect();
    undo.push(() => opened.end());
    return opened;
  };
  const own = await client(stack.adminUrl);
  const ams = await client(stack.amsAdminUrl);
  let logins = 0;
  let brokerages = 0;
  return {
    store,
    stack,
    tollhouse,
    settings,
    accounts,
    deaths,
    stop,
    ams,
    own: async <Row extends QueryResultRow>(
      sql: string,
      parameters: readonly unknown[] = [],
    ) => (await own.query<Row>(sql, [...parameters])).rows,
    nextLogin: () => {
      if (logins >= LOGINS) throw new Error("no logins are left");
      logins += 1;
      return {
        url: `http://${dav.host}:${dav.port}/`,
        ...loginOf(logins - 1),
      };
    },
    direct: (login) => ({ ...login, url: radicale.url }),
    brokerage: (size) => {
      brokerages += 1;
      return generateBrokerage({
        url: stack.amsAdminUrl,
        seed: brokerages,
        name: `Prüfmakler ${brokerages}`,
        now: new Date(),
        ...{ users: 1, companies: 0, ...size },
      });
    },
  };
}

const loginOf = (index: number) => ({
  username: `benutzer${index}`,
  password: "geheim",
});
