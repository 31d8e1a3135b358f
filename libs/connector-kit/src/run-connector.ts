import type { z } from "zod";
import type { ConnectorApp } from "./connector-app.js";
import type { ConnectorConfig } from "./host/connector-config.js";

/**
 * The whole main of a connector: reads the environment, opens everything, takes wake-ups until SIGTERM. `config` is
 * `connectorConfig` (from `@ams-sync/connector-kit/host`) extended by the connector's own variables; without one there
 * are none.
 */
export function runConnector(app: ConnectorApp<ConnectorConfig>): Promise<void>;
export function runConnector<Schema extends z.ZodType<ConnectorConfig>>(
  app: ConnectorApp<z.infer<Schema>> & { readonly config: Schema },
): Promise<void>;
export async function runConnector(
  app: ConnectorApp<ConnectorConfig> & {
    readonly config?: z.ZodType<ConnectorConfig>;
  },
): Promise<void> {
  // Loaded here and not above: whoever only wants the port's types should not load databases, queues and gRPC.
  const { hostApp } = await import("./host/host-app.js");
  await hostApp(app);
}
