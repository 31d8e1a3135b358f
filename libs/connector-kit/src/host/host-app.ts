import { runService } from "@ams-sync/platform";
import type { z } from "zod";
import type { ConnectorApp } from "../connector-app.js";
import { connectorConfig, readConnectorConfig } from "./connector-config.js";
import type { ConnectorConfig } from "./connector-config.js";
import { ConnectorModule } from "./connector.module.js";

/** See `runConnector`. */
export const hostApp = (
  app: ConnectorApp<ConnectorConfig> & {
    readonly config?: z.ZodType<ConnectorConfig>;
  },
): Promise<void> =>
  runService(`${app.system}-connector`, async () => {
    const config = await readConnectorConfig(app.config ?? connectorConfig);
    const connector = await app.connector(config);
    const listen = app.listen?.bind(app, config);
    return {
      config,
      ...(await ConnectorModule.open(config, connector, listen)),
    };
  });
