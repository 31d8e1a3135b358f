import type { StreamKind, System } from "@ams-sync/sync-core";
import type { ConnectorConfig } from "./host/connector-config.js";
import type { Log } from "./log.js";
import type { Connector } from "./port.js";
import type { AccountKey } from "./run-key.js";

/** What another system says of an account by itself, outside any run. */
export interface Heard {
  readonly account: AccountKey;
  readonly stream: StreamKind;
  /** It stops telling, or is about to. */
  readonly unwatched: boolean;
}

export interface ListenerParts {
  /** Makes the account due; throws where state cannot be told. */
  readonly hear: (heard: Heard) => Promise<void>;
  readonly log: Log;
}

/** A system's connector as a service. */
export interface ConnectorApp<Config extends ConnectorConfig> {
  readonly system: System;
  readonly connector: (config: Config) => Connector | Promise<Connector>;
  /** Opens what other systems call, where they do; answers with what closes it. */
  readonly listen?: (
    config: Config,
    parts: ListenerParts,
  ) => Promise<() => Promise<void>>;
}
