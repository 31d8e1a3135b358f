import "reflect-metadata";
import helmet from "@fastify/helmet";
import { NestFactory } from "@nestjs/core";
import {
  FastifyAdapter,
  type NestFastifyApplication,
} from "@nestjs/platform-fastify";
import { Logger as NestLogger } from "nestjs-pino";
import { ConfigError } from "../config/config-error.js";
import { ConfigSound } from "../config/read-service-config.js";
import type { ServiceConfig } from "../config/service-config.js";
import { logger, type Logger } from "../logging/logger.js";
import { stopTelemetry } from "../telemetry/sdk.js";
import type { Readiness } from "./health.controller.js";
import { ServiceModule, type AppModule } from "./service.module.js";
import { startFailure } from "./start-failure.js";

/** Kubernetes and the launcher wait longer; whatever hangs must not make every roll-out slow. */
const STOP_WITHIN = 4_500;

export interface ServiceParts {
  readonly config: Pick<ServiceConfig, "HTTP_HOST" | "HTTP_PORT" | "LOG_LEVEL">;
  /** A Nest module class or dynamic module. Its shutdown hooks close what it opened. */
  readonly module: AppModule;
  readonly readiness?: Readiness;
  /** What stands beside Nest's routes: files, and what is handed on to others. */
  readonly extend?: (server: HttpServer) => Promise<void>;
}
/** Fastify, as Nest has it. */
export type HttpServer = ReturnType<
  ReturnType<NestFastifyApplication["getHttpAdapter"]>["getInstance"]
>;

export interface ServiceOptions extends ServiceParts {
  readonly name: string;
}

/**
 * Boots a service and returns once it listens. SIGTERM and SIGINT stop it within 5 s. A ConfigError is one line in the
 * log and exit code 1; so that reading the configuration is covered too, give the second form:
 * `runService("state", async () => { const config = readConfig(…); return { config, module } })`.
 */
export function runService(options: ServiceOptions): Promise<void>;
export function runService(
  name: string,
  parts: () => ServiceParts | Promise<ServiceParts>,
): Promise<void>;
export async function runService(
  first: ServiceOptions | string,
  parts?: () => ServiceParts | Promise<ServiceParts>,
): Promise<void> {
  const name = typeof first === "string" ? first : first.name;
  const log = logger(name);
  dieLoudly(log);
  try {
    const built = typeof first === "string" ? await parts?.() : first;
    if (built === undefined)
      throw new TypeError("runService(name) needs the parts of the service");
    const app = await boot(name, built);
    stopOnSignal(app, log);
    log.info({ http: await app.getUrl() }, `${name} is up`);
  } catch (error) {
    if (error instanceof ConfigSound) process.exit(0);
    if (error instanceof ConfigError) log.fatal(error.message);
    else log.fatal({ err: startFailure(error) }, `${name} could not start`);
    await stopTelemetry().catch(() => undefined);
    process.exit(1);
  }
}

/** A service that listens, and that nobody stops but its caller: for specs. */
export const boot = async (
  name: string,
  { config, module, readiness = {}, extend }: ServiceParts,
  adapter: FastifyAdapter = httpAdapter(),
): Promise<NestFastifyApplication> => {
  const app = await NestFactory.create<NestFastifyApplication>(
    ServiceModule.around(name, config.LOG_LEVEL, module, readiness),
    adapter,
    { bufferLogs: true, abortOnError: false },
  );
  app.useLogger(app.get(NestLogger));
  // Answers are data: nothing in them may be run, framed or guessed at.
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  await extend?.(app.getHttpAdapter().getInstance());
  await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  return app;
};

/** Nothing that people send here is longer. */
const LONGEST_BODY = 256 * 1024;

export const httpAdapter = (): FastifyAdapter =>
  // Idle keep-alive connections of probes would hold the server open at shutdown.
  new FastifyAdapter({ forceCloseConnections: true, bodyLimit: LONGEST_BODY });

const stopOnSignal = (app: NestFastifyApplication, log: Logger): void => {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    // A second signal means that somebody will not wait.
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => {
      log.error(
        "something did not stop in time; leaving anyway, the next start takes the work up",
      );
      process.exit(1);
    }, STOP_WITHIN).unref();
    await app.close();
    await stopTelemetry();
    log.info("stopped");
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exit(1);
      });
    });
  }
};

/** Node would print a stack with whatever the error carries; ours is a redacted line. */
const dieLoudly = (log: Logger): void => {
  const die = (error: unknown): void => {
    log.fatal({ err: error }, "an error that nothing handled");
    process.exit(1);
  };
  process.on("uncaughtException", die);
  process.on("unhandledRejection", die);
};
