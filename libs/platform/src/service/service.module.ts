import {
  Module,
  type DynamicModule,
  type ModuleMetadata,
} from "@nestjs/common";
import { TerminusModule } from "@nestjs/terminus";
import { LoggerModule } from "nestjs-pino";
import { logOptions } from "../logging/logger.js";
import {
  HealthController,
  READINESS,
  type Readiness,
} from "./health.controller.js";
import { MetricsController } from "./metrics.controller.js";

export type AppModule = NonNullable<ModuleMetadata["imports"]>[number];

/** What every service has around its own module: logging, health, metrics. */
@Module({})
export class ServiceModule {
  static around(
    name: string,
    level: string,
    app: AppModule,
    readiness: Readiness,
  ): DynamicModule {
    return {
      module: ServiceModule,
      imports: [
        LoggerModule.forRoot({
          pinoHttp: {
            ...logOptions(name, level),
            autoLogging: {
              ignore: ({ url }) => /^\/(health|metrics)/.test(url ?? ""),
            },
            // Headers and query strings carry tokens and ids of people.
            serializers: {
              ...logOptions(name).serializers,
              req: ({
                id,
                method,
                url,
              }: {
                id: unknown;
                method: string;
                url: string;
              }) => ({
                id,
                method,
                path: url.split("?")[0],
              }),
              res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
            },
          },
        }),
        TerminusModule.forRoot({ logger: false }),
        app,
      ],
      controllers: [HealthController, MetricsController],
      providers: [{ provide: READINESS, useValue: readiness }],
    };
  }
}
