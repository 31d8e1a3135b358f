import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ServiceKeys } from "@ams-sync/platform";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import {
  ensureDatabase,
  provisionLogins,
  type Databases,
} from "./databases.js";
import { inherited, type Ports } from "./environment.js";
import {
  CHECKOUT,
  makeFolders,
  postgresFolder,
  type Folders,
} from "./folders.js";
import { takeFolder } from "./instance-lock.js";
import { migrate } from "./migrate.js";
import { makeSecrets, type Secrets } from "./secrets.js";
import { SERVICE_NAMES, type ServiceName } from "./service-names.js";
import { grpcOf, planInstances, startInstances } from "./instances.js";
import type { Service } from "./service-process.js";

export interface StackOptions {
  /** Data, keys and logs of this stack. Default: `.data` of the checkout. */
  readonly data?: string;
  /** Owner's URL of the ams database; default: `ams` in an embedded PostgreSQL. */
  readonly amsDatabaseUrl?: string | undefined;
  /** Owner's URL of ams-sync's own database; default: `ams_sync`, embedded. */
  readonly databaseUrl?: string | undefined;
  /** The queues' Redis; default: in ams-sync's own database. */
  readonly redisUrl?: string | undefined;
  /** Processes of a service; default one each. The first one of change-capture leads, the others stand by. */
  readonly replicas?: Partial<Record<ServiceName, number>>;
  /** Those of the first instances; default: free ones. */
  readonly ports?: Partial<Record<ServiceName, Partial<Ports>>>;
  readonly postgresPort?: number | undefined;
  /** postgresql.conf of the embedded server, over its defaults. */
  readonly postgresSettings?: Readonly<Record<string, string | number>>;
  /** The services' environment where it is not this stack's; default: the own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Has the last word on what an instance is told, for example an address that leads through a proxy. */
  readonly serviceEnv?: (
    name: ServiceName,
    env: Readonly<Record<string, string>>,
    index: number,
  ) =>
    | Readonly<Record<string, string>>
    | Promise<Readonly<Record<string, string>>>;
  /** Hears one line per step. */
  readonly say?: (line: string) => void;
  /** Hears of a service that ended without being asked to. */
  readonly onDeath?: (text: string) => void;
  /** Breaks the start off; what was started is stopped. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  /** All instances, in the order of their start. */
  readonly services: readonly Service[];
  /** The first instance. */
  service(name: ServiceName): Service;
  instances(name: ServiceName): readonly Service[];
  /** First instance → `http://127.0.0.1:port`; /health/live, /health/ready, /metrics. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** host:port of the services that are called by gRPC. */
  readonly grpc: { readonly state: string; readonly settings: string };
  /** Calls settings and state as "console". */
  readonly keys: ServiceKeys;
  /** Owner of the ams database; the embedded server's passes row-level security. */
  readonly amsAdminUrl: string;
  /** Owner of ams-sync's own database. */
  readonly adminUrl: string;
  /** The embedded server, unless both databases were given. */
  readonly postgres: Postgres | undefined;
  readonly folders: Folders;
  /** Stops what was started, in reverse order. Safe to call again. */
  stop(): Promise<void>;
}

/**
 * Starts databases and all services on loopback and waits until they are ready.
 * Throws a text for people if anything fails, after stopping the rest.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const undo: (() => Promise<void>)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      for (const step of undo.toReversed()) await step();
    })();
    return stopped;
  };
  try {
    return await start(options, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: StackOptions,
  undo: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const { say = () => undefined, onDeath = () => undefined } = options;
  const signal = options.signal ?? new AbortController().signal;
  const folders = await makeFolders(
    resolve(options.data ?? join(CHECKOUT, ".data")),
  );
  undo.push(await takeFolder(folders.data));
  await rm(folders.logs, { recursive: true });
  await makeFolders(folders.data);
  const secrets = await makeSecrets(folders.secrets);

  const { databases, postgres } = await openDatabases(
    options,
    folders,
    secrets,
    say,
  );
  if (postgres !== undefined) watch(postgres, undo, onDeath);
  signal.throwIfAborted();
  const env = inherited(options.env ?? process.env);
  say("Bringing the databases up to date …");
  await ensureDatabase(databases.ams, "AMS_DATABASE_URL");
  await ensureDatabase(databases.own, "DATABASE_URL");
  await migrate(databases, env, folders, signal);
  const instances = await planInstances(options);
  const grpc = grpcOf(instances);
  const services = await startInstances(instances, {
    wiring: {
      logins: await provisionLogins(databases),
      grpc,
      secrets,
      redisUrl: options.redisUrl,
    },
    env,
    folders,
    adjust: options.serviceEnv ?? ((_name, told) => told),
    say,
    onDeath,
    signal,
    started: (service) => undo.push(() => service.stop()),
  });
  const instancesOf = (name: ServiceName): readonly Service[] =>
    services.filter((service) => service.name === name);
  const byName = Object.fromEntries(
    SERVICE_NAMES.map((name) => [name, instancesOf(name)[0]]),
  ) as Record<ServiceName, Service>;
  return {
    services,
    service: (name) => byName[name],
    instances: instancesOf,
    urls: mapValues(byName, ({ url }) => url),
    grpc,
    keys: secrets.operator,
    amsAdminUrl: databases.ams,
    adminUrl: databases.own,
    postgres,
    folders,
    stop,
  };
}

/** The database goes last, and its unexpected end is told, too. */
function watch(
  postgres: Postgres,
  undo: (() => Promise<void>)[],
  onDeath: (text: string) => void,
): void {
  let wanted = true;
  const { pid } = postgres;
  undo.push(() => {
    wanted = false;
    return postgres.stop();
  });
  void postgres.exited().then(() => {
    // A test that restarts it has asked for the end.
    if (wanted && postgres.pid === pid)
      onDeath(`PostgreSQL ended unexpectedly. Its log: ${postgres.logFile}`);
  });
}

async function openDatabases(
  options: StackOptions,
  folders: Folders,
  secrets: Secrets,
  say: (line: string) => void,
): Promise<{ databases: Databases; postgres: Postgres | undefined }> {
  const { amsDatabaseUrl: ams, databaseUrl: own } = options;
  if (ams !== undefined && own !== undefined)
    return { databases: { ams, own }, postgres: undefined };
  say("Starting PostgreSQL …");
  const postgres = await startPostgres({
    home: postgresFolder(folders.data),
    password: secrets.postgresPassword,
    settings: options.postgresSettings ?? {},
    ...(options.postgresPort !== undefined && { port: options.postgresPort }),
  });
  return {
    databases: {
      ams: ams ?? postgres.url("ams"),
      own: own ?? postgres.url("ams_sync"),
    },
    postgres,
  };
}

const mapValues = <K extends string, A, B>(
  object: Record<K, A>,
  change: (value: A) => B,
): Record<K, B> =>
  Object.fromEntries(
    Object.entries<A>(object).map(([key, value]) => [key, change(value)]),
  ) as Record<K, B>;
