import type { System } from "@ams-sync/sync-core";
import type { ConnectorConfig } from "./host/connector-config.js";
import type { Connector } from "./port.js";

/** A system's connector as a service. */
export interface ConnectorApp<Config extends ConnectorConfig> {
  readonly system: System;
  readonly connector: (config: Config) => Connector | Promise<Connector>;
}
