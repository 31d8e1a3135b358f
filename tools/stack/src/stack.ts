import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ServiceKeys } from "@ams-sync/platform";
import type { Postgres } from "@ams-sync/testing";
import type { Issuer } from "@ams-sync/testing/issuer";
import { ensureDatabase, provisionLogins } from "./databases.js";
import { inherited, type GraphFiles } from "./environment.js";
import { openDatabases, watchPostgres } from "./own-postgres.js";
import { CHECKOUT, makeFolders, type Folders } from "./folders.js";
import { takeFolder } from "./instance-lock.js";
import { openIssuer } from "./own-issuer.js";
import { migrate } from "./migrate.js";
import { expectPorts } from "./given-ports.js";
import {
  makeSecrets,
  writeAmsDatabases,
  writeCertificate,
  writeHostingEnv,
} from "./secrets.js";
import { consoleUrlOf, startConsole } from "./own-console.js";
import {
  SERVICE_NAMES,
  type ServiceName,
  type UsualService,
} from "./service-names.js";
import { grpcOf, planInstances, startInstances } from "./instances.js";
import type { Service } from "./service-process.js";
import type { StackOptions } from "./stack-options.js";

export interface Stack {
  /** All instances, in the order of their start. */
  readonly services: readonly Service[];
  /** The first instance. @throws where it is one that was not asked for */
  service(name: ServiceName): Service;
  instances(name: ServiceName): readonly Service[];
  /** First instance → `http://127.0.0.1:port`; /health/live, /health/ready, /metrics. */
  readonly urls: Readonly<Record<UsualService, string>>;
  /** host:port of the services that are called by gRPC. */
  readonly grpc: { readonly state: string; readonly settings: string };
  /** Calls settings and state as "console". */
  readonly keys: ServiceKeys;
  /** Where people look, if the console was wanted. */
  readonly consoleUrl: string | undefined;
  /** The stack's own issuer, unless one was given. */
  readonly issuer: Issuer | undefined;
  /** Owner of the (first) ams database; the embedded server's passes row-level security. */
  readonly amsAdminUrl: string;
  /** The same for each ams database. */
  readonly amsAdminUrls: Readonly<Record<string, string>>;
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
  const { say = () => undefined } = options;
  // While the stack starts, a death ends the start: those behind it would wait for it.
  const starting = new AbortController();
  let whole = false;
  const onDeath = (text: string): void => {
    if (whole) options.onDeath?.(text);
    else starting.abort(new Error(text));
  };
  const signal = AbortSignal.any([
    starting.signal,
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);
  const folders = await makeFolders(
    resolve(options.data ?? join(CHECKOUT, ".data")),
  );
  undo.push(await takeFolder(folders.data));
  await expectPorts(options);
  await rm(folders.logs, { recursive: true });
  await makeFolders(folders.data);
  const secrets = await makeSecrets(folders.secrets);

  const { databases, postgres } = await openDatabases(
    options,
    folders,
    secrets,
    say,
  );
  if (postgres !== undefined) watchPostgres(postgres, undo, onDeath);
  signal.throwIfAborted();
  const env = inherited(options.env ?? process.env);
  say("Bringing the databases up to date …");
  for (const url of databases.ams.values())
    await ensureDatabase(url, "AMS_DATABASE_URL");
  await ensureDatabase(databases.own, "DATABASE_URL");
  await migrate(databases, env, folders, signal);
  const logins = await provisionLogins(databases);
  await writeHostingEnv(
    ...([folders, logins, secrets.masterKeyFile, options.redisUrl] as const),
  );
  const consoleUrl = await consoleUrlOf(options);
  const issuer = await openIssuer(options, databases, logins, consoleUrl);
  if (issuer) undo.push(() => issuer.stop());
  const instances = await planInstances(options, [...databases.ams.keys()]);
  const grpc = grpcOf(instances);
  const issuerUrl = options.issuerUrl ?? issuer?.url ?? "";
  const services = await startInstances(instances, {
    wiring: {
      logins,
      amsDatabasesFile: await writeAmsDatabases(folders, logins),
      amsPeopleFile: await writeAmsDatabases(folders, logins, "console"),
      grpc,
      secrets,
      redisUrl: options.redisUrl,
      issuerUrl,
      graph: await graphFiles(options, folders),
      egressAllow: env.EGRESS_ALLOW,
    },
    env,
    folders,
    adjust: options.serviceEnv ?? ((_name, told) => told),
    say,
    onDeath,
    signal,
    started: (service) => undo.push(() => service.stop()),
  });
  signal.throwIfAborted();
  const urlOf = (name: ServiceName): string =>
    services.find((service) => service.name === name)?.url ?? "";
  if (consoleUrl !== undefined) {
    say("Starting console …");
    const shown = await startConsole(consoleUrl, {
      ...{ env, folders, onDeath, signal, issuerUrl },
      settingsUrl: urlOf("settings"),
      stateUrl: urlOf("state"),
    });
    undo.push(() => shown.stop());
  }
  whole = true;
  const instancesOf = (name: ServiceName): readonly Service[] =>
    services.filter((service) => service.name === name);
  const service = (name: ServiceName): Service => {
    const [first] = instancesOf(name);
    if (!first) throw new Error(`This stack was started without ${name}.`);
    return first;
  };
  return {
    services,
    service,
    instances: instancesOf,
    urls: Object.fromEntries(
      SERVICE_NAMES.map((name) => [name, service(name).url]),
    ) as Record<UsualService, string>,
    grpc,
    keys: secrets.operator,
    consoleUrl,
    issuer,
    amsAdminUrl: [...databases.ams.values()][0] ?? "",
    amsAdminUrls: Object.fromEntries(databases.ams),
    adminUrl: databases.own,
    postgres,
    folders,
    stop,
  };
}

async function graphFiles(
  { outlook = false }: StackOptions,
  folders: Folders,
): Promise<GraphFiles | undefined> {
  if (typeof outlook === "boolean") return undefined;
  const { url, authority, ca } = outlook;
  return { url, authority, caFile: await writeCertificate(folders, ca) };
}
