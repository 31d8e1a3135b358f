import { migrateAms, RIGHTS } from "@ams-sync/ams";
import {
  ConnectorServiceDefinition,
  type Departure,
  StreamKind,
  type AnnounceAccountRequest,
  type DeepPartial,
  type CheckLoginRequest,
  type CheckLoginResponse,
} from "@ams-sync/contracts";
import {
  boot,
  createDataSource,
  EncryptionKey,
  generateServiceKeys,
  httpAdapter,
  logger,
  runMigrations,
  serveGrpc,
  ServiceKeys,
} from "@ams-sync/platform";
import { startPostgres, type PostgresOptions } from "@ams-sync/testing";
import { startIssuer, type Issuer } from "@ams-sync/testing/issuer";
import {
  BOSS,
  combinationsOf,
  loginOf,
  OURS,
  routesOf,
  THEIRS,
  type Route,
} from "@ams-sync/testing/rest";
import { ClientError, Status } from "nice-grpc-common";
import pg from "pg";
import type { DataSource } from "typeorm";
import { Announcer } from "../announcer.js";
import { settingsConfig } from "../config.js";
import { CredentialVault } from "../credential-vault.js";
import { migrations } from "../migrations/index.js";
import { openRest } from "../rest/open-rest.js";

export { BOSS, loginOf, OURS, THEIRS };
export const SECRET = "Geheim-äöü-4711";
/** The user's id is 10 + its number. */
export const COMBINATIONS = combinationsOf(Object.values(RIGHTS));

export interface RestUnderTest {
  readonly url: string;
  readonly issuer: Issuer;
  readonly routes: readonly Route[];
  readonly dataSource: DataSource;
  readonly vault: CredentialVault;
  readonly owner: pg.Client;
  readonly ams: pg.Client;
  /** ams, by the login that settings has there. */
  readonly consoleUrl: string;
  /** What the connector was asked, and what it says next. */
  readonly connector: {
    asked: CheckLoginRequest[];
    answer: CheckLoginResponse;
    down: boolean;
  };
  /** Whether state says that accounts which are disconnected have ended, and what it was told of them. */
  readonly state: {
    ended: boolean;
    down: boolean;
    told: Departure[];
    announced: DeepPartial<AnnounceAccountRequest>[];
  };
  /** Tells state what it has yet to hear, at once. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const GOOD: CheckLoginResponse = {
  failure: undefined,
  offers: [StreamKind.CONTACTS, StreamKind.APPOINTMENTS].map((stream) => ({
    stream,
    containers: [
      {
        address: "/jürgen/privat/",
        name: "Privat",
        own: false,
        writable: true,
      },
    ],
  })),
};
export const good = (): CheckLoginResponse => structuredClone(GOOD);

/** The settings service's API over real PostgreSQL, a real issuer and a connector at the other end of real gRPC. */
export async function restUnderTest(
  postgresSettings: PostgresOptions["settings"] = {},
): Promise<RestUnderTest> {
  const postgres = await startPostgres({ settings: postgresSettings });
  const amsUrl = await postgres.createDatabase("ams");
  const ownUrl = await postgres.createDatabase("ams_sync");
  await migrateAms(amsUrl);
  await runMigrations({
    url: ownUrl,
    schema: "settings",
    migrations,
    log: logger("test"),
  });
  const consoleUrl = postgres.url("ams", "console_login", "test");
  const ams = new pg.Client({ connectionString: amsUrl });
  const owner = new pg.Client({ connectionString: ownUrl });
  await ams.connect();
  await owner.connect();
  await owner.query(`
    create role settings_login login password 'test' in role ams_sync_settings;
    create role console_login login password 'test' in role ams_sync_console`);
  const users = [
    ...(await brokerage(ams, OURS, 10, "mit")),
    ...(await brokerage(ams, THEIRS, 50, "fremd")),
    { login: "weg", name: "Weg", tenantId: OURS, userId: "30" },
    { login: "nie", name: "Nie", tenantId: OURS, userId: "999" },
    { login: "betrieb", name: "Betrieb", roles: ["hoster"] },
  ];
  const issuer = await startIssuer({ users: async () => users });

  const names = ["settings", "cloud-connector", "outlook-connector"];
  const { privateKeys, publicKeys } = await generateServiceKeys(names);
  const keysOf = (name: string) =>
    ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys);
  const connector = {
    asked: [] as CheckLoginRequest[],
    answer: good(),
    down: false,
  };
  const serve = async (name: string) =>
    serveGrpc({
      ...{ host: "127.0.0.1", port: 0, keys: await keysOf(name) },
      services: [
        {
          definition: ConnectorServiceDefinition,
          implementation: {
            checkLogin: async (request) => {
              connector.asked.push(request);
              if (connector.down) throw new Error("broken");
              return connector.answer;
            },
          },
          callers: { checkLogin: ["settings"] },
        },
      ],
    });
  const cloud = await serve("cloud-connector");
  const outlook = await serve("outlook-connector");

  const dataSource = createDataSource({
    url: postgres.url("ams_sync", "settings_login", "test"),
    applicationName: "settings-test",
  });
  await dataSource.initialize();
  const config = settingsConfig.parse({
    HTTP_PORT: 0,
    GRPC_PORT: 0,
    SERVICE_KEY_FILE: "-",
    SERVICE_KEYS_FILE: "-",
    DATABASE_URL: ownUrl,
    STATE_ADDRESS: "127.0.0.1:1",
    MASTER_KEY_FILE: "-",
    SIGN_IN_ISSUER: issuer.url,
    AMS_DATABASE_URL: consoleUrl,
    CLOUD_CONNECTOR_ADDRESS: `127.0.0.1:${cloud.port}`,
    OUTLOOK_CONNECTOR_ADDRESS: `127.0.0.1:${outlook.port}`,
    EGRESS_ALLOW: "dav.intern.example",
    LOG_LEVEL: "silent",
  });
  const state: RestUnderTest["state"] = {
    ...{ ended: false, down: false, told: [], announced: [] },
  };
  const announcer = new Announcer(dataSource, {
    announceAccount: async (request) => {
      if (state.down)
        throw new ClientError("announceAccount", Status.UNAVAILABLE, "away");
      state.announced.push(request);
      const { leaving } = request;
      if (!leaving) return { ended: false };
      state.told.push(leaving);
      return { ended: state.ended };
    },
  });
  const vault = new CredentialVault(EncryptionKey.generate());
  const rest = await openRest({
    ...{ config, dataSource, announcer, vault, tls: undefined },
    keys: await keysOf("settings"),
  });
  if (rest === undefined) throw new Error("no REST");
  const adapter = httpAdapter();
  const routes = routesOf(adapter.getInstance());
  const app = await boot("settings", { config, module: rest.module }, adapter);
  return {
    url: await app.getUrl(),
    ...{ issuer, routes, dataSource, vault, owner, ams, connector, state },
    consoleUrl,
    flush: async () => {
      await owner.query("update settings.announcement set next_at = now()");
      await announcer.flush();
    },
    stop: async () => {
      await app.close();
      await rest.close();
      await cloud.close();
      await outlook.close();
      await issuer.stop();
      await dataSource.destroy();
      await ams.end();
      await owner.end();
      await postgres.stop();
    },
  };
}

/** Users with each combination of rights, in one department; one more in another, and one who left. */
async function brokerage(
  ams: pg.Client,
  tenantId: string,
  first: number,
  login: string,
) {
  await ams.query("select set_config('app.tenant_id', $1, false)", [tenantId]);
  await ams.query(
    `insert into ams.tenant (tenant_id, name) values ($1, 'Maklerbüro Größe')`,
    [tenantId],
  );
  await ams.query(
    `insert into ams.department (tenant_id, department_id, name) values ($1, 1, 'Innendienst'), ($1, 2, 'Außendienst')`,
    [tenantId],
  );
  await ams.query(
    `insert into ams.agent (tenant_id, agent_id, name) values ($1, $2, 'Sabine Weiß')`,
    [tenantId, first],
  );
  await ams.query(
    `insert into ams.tag (tenant_id, tag_id, label) values ($1, 1, 'Großkunde')`,
    [tenantId],
  );
  const insert = (
    id: number,
    name: string,
    department: number,
    active = true,
  ) =>
    ams.query(
      `insert into ams.user_account (tenant_id, user_id, department_id, login, first_name, last_name, active)
       values ($1, $2, $3, $4, 'Jürgen', $4, $5)`,
      [tenantId, id, department, name, active],
    );
  const users = [];
  for (const [number, rights] of COMBINATIONS.entries()) {
    const user = { login: `${login}${number}`, userId: `${first + number}` };
    await insert(first + number, user.login, 1);
    for (const right of rights)
      await ams.query(`insert into ams.user_right values ($1, $2, $3)`, [
        ...[tenantId, first + number, right],
      ]);
    users.push({ ...user, name: user.login, tenantId });
  }
  await insert(first + 15, `${login}-anderswo`, 2);
  await insert(first + 20, `${login}-weg`, 1, false);
  return users;
}
