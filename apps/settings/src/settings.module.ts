import {
  AccountServiceDefinition,
  RunServiceDefinition,
} from "@ams-sync/contracts";
import {
  createDataSource,
  grpcClient,
  loadGrpcTls,
  masterKeyOf,
  serveGrpc,
  ServiceKeys,
  type GrpcServer,
  type Readiness,
} from "@ams-sync/platform";
import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from "@nestjs/common";
import type { DataSource } from "typeorm";
import { Announcer } from "./announcer.js";
import type { SettingsConfig } from "./config.js";
import { CredentialVault } from "./credential-vault.js";
import { AuditRetention } from "./audit/retention.js";
import { openRest, type OpenRest } from "./rest/open-rest.js";
import { settingsBinding } from "./settings.grpc.js";

const OPENED = Symbol("what the service opened");

interface Opened {
  readonly dataSource: DataSource;
  readonly announcer: Announcer;
  readonly server: GrpcServer;
  readonly retention: AuditRetention;
  readonly rest: OpenRest | undefined;
  readonly closeClients: () => void;
}

/** Opens the database, the way to state and the gRPC server; closes them in reverse order. */
@Module({})
export class SettingsModule implements OnApplicationShutdown {
  constructor(@Inject(OPENED) private readonly opened: Opened) {}

  static async open(
    config: SettingsConfig,
  ): Promise<{ module: DynamicModule; readiness: Readiness }> {
    const keys = await ServiceKeys.load(config);
    const tls = await loadGrpcTls(config);
    const masterKey = await masterKeyOf(config, "MASTER_KEY");
    // The configuration says that it is there.
    if (masterKey === undefined) throw new TypeError("no master key");
    const vault = new CredentialVault(
      masterKey,
      await masterKeyOf(config, "MASTER_KEY_NEXT"),
    );
    const dataSource = createDataSource({
      url: config.DATABASE_URL,
      applicationName: `settings keys ${vault.keyIds}`,
    });
    await dataSource.initialize();
    const state = {
      address: config.STATE_ADDRESS,
      audience: "state",
      keys,
      tls,
    };
    const stateAccounts = grpcClient(AccountServiceDefinition, {
      ...state,
      idempotent: ["announceAccount"],
    });
    const runs = grpcClient(RunServiceDefinition, {
      ...state,
      idempotent: ["verifyRun"],
    });
    const announcer = new Announcer(dataSource, stateAccounts);
    const rest = await openRest({
      ...{ config, keys, tls, dataSource, vault, announcer },
    });
    const server = await serveGrpc({
      host: config.GRPC_HOST,
      port: config.GRPC_PORT,
      keys,
      tls,
      services: [
        settingsBinding({
          ...{ dataSource, vault, announcer, runs },
          people: rest?.people,
          allowInsecureServers: config.ALLOW_INSECURE_SERVERS,
        }),
      ],
    });
    announcer.start();
    const retention = new AuditRetention(dataSource, config.AUDIT_DAYS);
    retention.start();
    const opened: Opened = {
      dataSource,
      announcer,
      server,
      retention,
      rest,
      closeClients: () => {
        stateAccounts.close();
        runs.close();
      },
    };
    return {
      module: {
        module: SettingsModule,
        imports: rest ? [rest.module] : [],
        providers: [{ provide: OPENED, useValue: opened }],
      },
      readiness: {
        database: async () => {
          await dataSource.query("select 1");
        },
      },
    };
  }

  async onApplicationShutdown(): Promise<void> {
    const { server, announcer, retention, rest } = this.opened;
    const { closeClients, dataSource } = this.opened;
    await server.close();
    await announcer.stop();
    await retention.stop();
    await rest?.close();
    closeClients();
    await dataSource.destroy();
  }
}
