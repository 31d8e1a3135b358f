import type { Ports } from "./environment.js";
import type { ServiceName } from "./service-names.js";

/** A Graph that is not Microsoft's, with the sign-in before it. */
export interface GraphPlace {
  readonly url: string;
  readonly authority: string;
  /** PEM of the certificate behind it that vouches for itself. */
  readonly ca: string;
}

export interface StackOptions {
  /** Data, keys and logs of this stack. Default: `.data` of the checkout. */
  readonly data?: string;
  /** Owner's URL of the one ams database; default: `ams` in an embedded PostgreSQL. */
  readonly amsDatabaseUrl?: string | undefined;
  /** Several ams databases instead: name → owner's URL, undefined for a database of that name in the embedded PostgreSQL. */
  readonly amsDatabases?: Readonly<Record<string, string | undefined>>;
  /** Owner's URL of ams-sync's own database; default: `ams_sync`, embedded. */
  readonly databaseUrl?: string | undefined;
  /** The queues' Redis; default: in ams-sync's own database. */
  readonly redisUrl?: string | undefined;
  /** Processes of a service, of change-capture for each ams database; default: one. Its first one leads, the others stand by. */
  readonly replicas?: Partial<Record<ServiceName, number>>;
  /** Starts the outlook-connector, too: for the Graph that `env` names, Microsoft's by default, or for this one. */
  readonly outlook?: boolean | GraphPlace;
  /** An issuer that is there already; default: one of this stack's own, which asks for no passwords. */
  readonly issuerUrl?: string | undefined;
  readonly issuerPort?: number | undefined;
  /** Where people may be sent back to after signing in at the stack's own issuer. */
  readonly redirectUris?: readonly string[];
  /** Starts the web console, too. */
  readonly console?: boolean;
  readonly consolePort?: number | undefined;
  /** Those of the first instances; default: free ones. */
  readonly ports?: Partial<Record<ServiceName, Partial<Ports>>>;
  readonly postgresPort?: number | undefined;
  /** postgresql.conf of the embedded server, over its defaults. */
  readonly postgresSettings?: Readonly<Record<string, string | number>>;
  /** The services' environment where it is not this stack's; default: the own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Has the last word on what an instance is told, for example an address that leads through a proxy. */
  readonly serviceEnv?: (
    name: ServiceName,
    env: Readonly<Record<string, string>>,
    index: number,
  ) =>
    | Readonly<Record<string, string>>
    | Promise<Readonly<Record<string, string>>>;
  /** Hears one line per step. */
  readonly say?: (line: string) => void;
  /** Hears of a service that ended without being asked to. */
  readonly onDeath?: (text: string) => void;
  /** Breaks the start off; what was started is stopped. */
  readonly signal?: AbortSignal;
}
