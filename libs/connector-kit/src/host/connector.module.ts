import { hostname } from "node:os";
import { AmsDatabase, amsUrlsOf } from "@ams-sync/ams";
import {
  RunServiceDefinition,
  SettingsServiceDefinition,
} from "@ams-sync/contracts";
import {
  ServiceKeys,
  grpcClient,
  loadGrpcTls,
  logger,
  queueBackend,
  serveGrpc,
} from "@ams-sync/platform";
import type { Logger, Readiness } from "@ams-sync/platform";
import { Inject, Module } from "@nestjs/common";
import type { DynamicModule, OnModuleDestroy } from "@nestjs/common";
import { systemClock } from "../clock.js";
import type { ListenerParts } from "../connector-app.js";
import type { Connector } from "../port.js";
import { amsDatabaseRecords } from "./ams-database-records.js";
import { amsDatabaseWrites } from "./ams-database-writes.js";
import { AmsSource } from "./ams-source.js";
import { AmsSources } from "./ams-sources.js";
import type { ConnectorConfig } from "./connector-config.js";
import { connectorBinding } from "./connector-service.js";
import { hostConnector } from "./connector-host.js";
import {
  IDEMPOTENT_SETTINGS_METHODS,
  grpcAccountSettings,
} from "./grpc-account-settings.js";
import { grpcHear } from "./grpc-hear.js";
import { IDEMPOTENT_RUN_METHODS, grpcRunState } from "./grpc-run-state.js";
import { otelTelemetry } from "./otel-telemetry.js";

const OPENED = Symbol("what the connector opened");

/** Writes outside that are remembered together: what a kill may cost is so many requests. */
const COMMIT_GROUP = 25;

type Close = () => Promise<void> | void;

/** A start that reaches none of them fails. */
const openAms = async (
  config: ConnectorConfig,
  applicationName: string,
  log: Logger,
): Promise<AmsSources> => {
  const clock = systemClock;
  // A run reads on one connection; one more tells whether the database answers.
  const poolSize = config.WORKER_CONCURRENCY + 1;
  const databases = new AmsSources(
    new Map(
      [...(await amsUrlsOf(config))].map(([name, url]) => {
        const connect = () =>
          AmsDatabase.connect({ url, applicationName, poolSize });
        return [name, new AmsSource({ name, connect, clock, log })];
      }),
    ),
  );
  await databases.check();
  return databases;
};

/** Opens what the runs of a connector need and closes it in reverse order. */
@Module({})
export class ConnectorModule implements OnModuleDestroy {
  constructor(@Inject(OPENED) private readonly opened: readonly Close[]) {}

  static async open(
    config: ConnectorConfig,
    connector: Connector,
    listen?: (parts: ListenerParts) => Promise<Close>,
  ): Promise<{ module: DynamicModule; readiness: Readiness }> {
    const name = `${connector.system}-connector`;
    const keys = await ServiceKeys.load(config);
    const tls = await loadGrpcTls(config);
    const log = logger(name);
    const databases = await openAms(config, name, log);
    const runs = grpcClient(RunServiceDefinition, {
      ...{ address: config.STATE_ADDRESS, audience: "state", keys, tls },
      idempotent: IDEMPOTENT_RUN_METHODS,
    });
    const settings = grpcClient(SettingsServiceDefinition, {
      ...{ address: config.SETTINGS_ADDRESS, audience: "settings", keys, tls },
      idempotent: IDEMPOTENT_SETTINGS_METHODS,
    });
    const worker = `${hostname()}/${process.pid}`.slice(-200);
    const host = hostConnector({
      ports: {
        state: grpcRunState(
          ...([runs, connector.system, worker] as const),
          config.JOB_LOCK_MS,
        ),
        settings: grpcAccountSettings(settings),
        records: amsDatabaseRecords(databases),
        writes: amsDatabaseWrites(databases),
        connector,
        clock: systemClock,
        telemetry: otelTelemetry(),
      },
      limits: {
        sliceSize: config.SLICE_SIZE,
        maxRecords: config.RUN_MAX_RECORDS,
        maxSeconds: config.RUN_MAX_SECONDS,
        commitGroup: COMMIT_GROUP,
        backOffFirstMs: config.BACK_OFF_FIRST_MS,
      },
      queues: queueBackend(config),
      concurrency: config.WORKER_CONCURRENCY,
      lockMs: config.JOB_LOCK_MS,
      log,
    });
    // For people who type a login; runs need no server.
    const server =
      config.GRPC_PORT === undefined
        ? undefined
        : await serveGrpc({
            ...{ host: config.GRPC_HOST, port: config.GRPC_PORT, keys, tls },
            services: [connectorBinding(connector)],
          });
    const deaf = await listen?.({ hear: grpcHear(runs), log });
    const opened: readonly Close[] = [
      () => connector.close?.(),
      () => databases.close(),
      () => runs.close(),
      () => settings.close(),
      host.close,
      () => server?.close(),
      () => deaf?.(),
    ];
    return {
      module: {
        module: ConnectorModule,
        providers: [{ provide: OPENED, useValue: opened }],
      },
      readiness: { ams: () => databases.check(), queue: host.check },
    };
  }

  async onModuleDestroy(): Promise<void> {
    for (const close of this.opened.toReversed()) await close();
  }
}
