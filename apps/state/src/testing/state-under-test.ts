import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AccountServiceDefinition,
  FeedServiceDefinition,
  RunServiceDefinition,
} from "@ams-sync/contracts";
import {
  createDataSource,
  generateServiceKeys,
  grpcClient,
  migrateQueues,
  readConfig,
  runMigrations,
  ServiceKeys,
  type GrpcClient,
  type GrpcDefinition,
  type QueueBackend,
} from "@ams-sync/platform";
import type {
  DynamicModule,
  INestApplicationContext,
  Type,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { DataSource } from "typeorm";
import { STATE_CONFIG, stateConfig, type StateConfig } from "../config.js";
import { SCHEDULE_DATABASE, STATE_DATABASE } from "../databases.js";
import { GrpcServer } from "../grpc-server.js";
import { MIGRATIONS } from "../migrations/index.js";
import { QUEUES } from "../sweep/sweep.js";
import { StateModule } from "../state.module.js";

/** What of a test's PostgreSQL is needed here. */
interface Cluster {
  createDatabase(name: string): Promise<string>;
  url(database: string, user?: string, password?: string): string;
}

export const SERVICES = [
  "state",
  "change-capture",
  "settings",
  "console",
  "cloud-connector",
  "outlook-connector",
] as const;
export type Service = (typeof SERVICES)[number];

export type Start = (
  config: StateConfig,
  module: DynamicModule,
) => Promise<INestApplicationContext>;

const withoutHttp: Start = (_config, module) =>
  NestFactory.createApplicationContext(module, { logger: false });

const PASSWORD = "nur-für-Tests";

/** The whole service on a database of its own, migrated by an owner that is no superuser, with logins like in production. */
export class StateUnderTest {
  private constructor(
    private readonly app: INestApplicationContext,
    /** A superuser, whom row-level security does not bind: to look, not to act. */
    readonly superuser: DataSource,
    /** URLs by login. */
    readonly urls: { readonly state: string; readonly schedule: string },
    private readonly keys: ReadonlyMap<Service, ServiceKeys>,
    private readonly folder: string,
    private readonly clients: { close(): void }[] = [],
  ) {}

  static async on(
    cluster: Cluster,
    env: NodeJS.ProcessEnv = {},
    start: Start = withoutHttp,
  ): Promise<StateUnderTest> {
    const name = `state_${randomUUID().slice(0, 8)}`;
    const superUrl = await cluster.createDatabase(name);
    const superuser = await createDataSource({
      url: superUrl,
      applicationName: "spec",
      poolSize: 3,
    }).initialize();
    await superuser.query(`
      create role ${name}_owner login createrole password '${PASSWORD}';
      alter database ${name} owner to ${name}_owner;
    `);
    const ownerUrl = cluster.url(name, `${name}_owner`, PASSWORD);
    await runMigrations({
      url: ownerUrl,
      schema: "state",
      migrations: MIGRATIONS,
      log: { info: () => undefined },
    });
    await migrateQueues(ownerUrl);
    for (const login of ["state", "schedule", "queue"])
      await superuser.query(
        `create role ${name}_${login} login password '${PASSWORD}' in role ams_sync_${login}`,
      );
    const folder = await mkdtemp(join(tmpdir(), "state-spec-"));
    const { privateKeys, publicKeys } = await generateServiceKeys(SERVICES);
    const keys = new Map<Service, ServiceKeys>();
    for (const service of SERVICES) {
      const key = privateKeys.get(service) ?? {};
      keys.set(service, await ServiceKeys.from(key, publicKeys));
    }
    await writeFile(
      join(folder, "key.json"),
      JSON.stringify(privateKeys.get("state")),
    );
    await writeFile(join(folder, "keys.json"), JSON.stringify(publicKeys));
    const urls = {
      state: cluster.url(name, `${name}_state`, PASSWORD),
      schedule: cluster.url(name, `${name}_schedule`, PASSWORD),
    };
    const config = readConfig(stateConfig, {
      HTTP_PORT: "0",
      GRPC_PORT: "0",
      SERVICE_KEY_FILE: join(folder, "key.json"),
      SERVICE_KEYS_FILE: join(folder, "keys.json"),
      DATABASE_URL: urls.state,
      SCHEDULE_DATABASE_URL: urls.schedule,
      QUEUE_DATABASE_URL: cluster.url(name, `${name}_queue`, PASSWORD),
      // Specs sweep when they want to.
      SWEEP_INTERVAL_MS: "3600000",
      ...env,
    });
    const { module } = await StateModule.open(config);
    const app = await start(config, module);
    return new StateUnderTest(app, superuser, urls, keys, folder);
  }

  get database(): DataSource {
    return this.app.get<DataSource>(STATE_DATABASE);
  }

  get scheduleDatabase(): DataSource {
    return this.app.get<DataSource>(SCHEDULE_DATABASE);
  }

  backend(): QueueBackend {
    return this.app.get<QueueBackend>(QUEUES);
  }

  config(): StateConfig {
    return this.app.get<StateConfig>(STATE_CONFIG);
  }

  /** Public keys of all, and the private ones of callees that a spec stands in for. */
  keysOf(service: Service): ServiceKeys {
    const keys = this.keys.get(service);
    if (keys === undefined) throw new Error(`${service} has no key`);
    return keys;
  }

  get<T>(type: Type<T>): T {
    return this.app.get(type);
  }

  /** The service as another one sees it, over the wire. */
  client<D extends GrpcDefinition>(
    definition: D,
    caller: Service,
  ): GrpcClient<D> {
    const keys = this.keysOf(caller);
    const client = grpcClient(definition, {
      address: `127.0.0.1:${this.get(GrpcServer).port}`,
      audience: "state",
      keys,
      deadlineMs: 60_000,
    });
    this.clients.push(client);
    return client;
  }

  readonly feed = (caller: Service = "change-capture") =>
    this.client(FeedServiceDefinition, caller);
  readonly runs = (caller: Service = "cloud-connector") =>
    this.client(RunServiceDefinition, caller);
  readonly accounts = (caller: Service = "settings") =>
    this.client(AccountServiceDefinition, caller);

  /** Rows as they are, of all tenants. */
  async rows<T>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<T[]> {
    return this.superuser.query(sql, [...parameters]);
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.app.close();
    await this.superuser.destroy();
    await rm(this.folder, { recursive: true });
  }
}
