import { MEMORY } from "./memory.js";
import type { Secrets } from "./secrets.js";
import type { Logins } from "./databases.js";
import type { ServiceName } from "./service-names.js";

export type Environment = Readonly<Record<string, string>>;

/** Where a service listens; change-capture has no gRPC. */
export interface Ports {
  readonly http: number;
  readonly grpc?: number;
}

/** One process of a service. */
export interface Instance {
  readonly name: ServiceName;
  /** Among the instances of this name, from 0. */
  readonly index: number;
  /** Of change-capture: the name of its ams database. */
  readonly source?: string;
  readonly ports: Ports;
}

/** Where a Graph other than Microsoft's is, and the file with the certificate that vouches for it. */
export interface GraphFiles {
  readonly url: string;
  readonly authority: string;
  readonly caFile: string;
}

export interface Wiring {
  readonly logins: Logins;
  /** Holds the connectors' URLs of several ams databases; there is none for a single one. */
  readonly amsDatabasesFile: string | undefined;
  /** host:port; every caller goes to the first instance. */
  readonly grpc: {
    readonly state: string;
    readonly settings: string;
    readonly cloud: string;
    /** Undefined where it is not started. */
    readonly outlook: string | undefined;
  };
  /** Holds the settings service's URLs of several ams databases. */
  readonly amsPeopleFile: string | undefined;
  readonly secrets: Pick<
    Secrets,
    "masterKeyFile" | "publicKeysFile" | "privateKeyFile"
  >;
  readonly redisUrl: string | undefined;
  /** Who vouches for people. */
  readonly issuerUrl: string;
  /** Undefined: the one that the caller's environment names. */
  readonly graph?: GraphFiles | undefined;
  /** The caller's own EGRESS_ALLOW: what is opened beside loopback. */
  readonly egressAllow?: string | undefined;
}

/** What each service is told of this stack; all else is the caller's environment. */
export function environmentOf(
  { name, source = "", ports: { http, grpc } }: Instance,
  wiring: Wiring,
): Environment {
  const { logins, grpc: address, secrets, redisUrl, issuerUrl } = wiring;
  const queue: Environment =
    redisUrl === undefined
      ? { QUEUE_DATABASE_URL: logins.own.queue }
      : { REDIS_URL: redisUrl };
  const own: Record<ServiceName, Environment> = {
    state: {
      ...queue,
      SIGN_IN_ISSUER: issuerUrl,
      SETTINGS_ADDRESS: address.settings,
      DATABASE_URL: logins.own.state,
      SCHEDULE_DATABASE_URL: logins.own.schedule,
    },
    settings: {
      SIGN_IN_ISSUER: issuerUrl,
      DATABASE_URL: logins.own.settings,
      STATE_ADDRESS: address.state,
      MASTER_KEY_FILE: secrets.masterKeyFile,
      ...amsOfPeople(wiring),
      CLOUD_CONNECTOR_ADDRESS: address.cloud,
      ...(address.outlook !== undefined && {
        OUTLOOK_CONNECTOR_ADDRESS: address.outlook,
      }),
      EGRESS_ALLOW: egressAllow(wiring),
    },
    "change-capture": {
      ...queue,
      AMS_SOURCE: source,
      AMS_DATABASE_URL: logins.ams.get(source)?.capture ?? "",
      STATE_ADDRESS: address.state,
    },
    "cloud-connector": { ...queue, ...connectorEnvironment(wiring) },
    "outlook-connector": {
      ...queue,
      ...connectorEnvironment(wiring),
      ...graphEnvironment(wiring),
    },
  };
  return {
    ...own[name],
    ...MEMORY,
    OTEL_SERVICE_NAME: name,
    HTTP_HOST: "127.0.0.1",
    HTTP_PORT: String(http),
    ...(grpc !== undefined && {
      GRPC_HOST: "127.0.0.1",
      GRPC_PORT: String(grpc),
    }),
    SERVICE_KEY_FILE: secrets.privateKeyFile(name),
    SERVICE_KEYS_FILE: secrets.publicKeysFile,
  };
}

const connectorEnvironment = (wiring: Wiring): Environment => ({
  ...amsOfConnectors(wiring),
  STATE_ADDRESS: wiring.grpc.state,
  SETTINGS_ADDRESS: wiring.grpc.settings,
  EGRESS_ALLOW: egressAllow(wiring),
});

const graphEnvironment = ({ graph }: Wiring): Environment =>
  graph === undefined
    ? {}
    : {
        GRAPH_URL: graph.url,
        GRAPH_AUTHORITY_URL: graph.authority,
        NODE_EXTRA_CA_CERTS: graph.caFile,
      };

const LOOPBACK = "127.0.0.0/8 ::1 localhost";

/** The servers of the demo and of tests are on this machine. */
const egressAllow = (wiring: Wiring): string =>
  [LOOPBACK, wiring.egressAllow ?? ""].join(" ");

function amsOfPeople({ logins, amsPeopleFile }: Wiring): Environment {
  if (amsPeopleFile !== undefined) return { AMS_DATABASES_FILE: amsPeopleFile };
  const [single] = logins.ams;
  if (single === undefined) throw new Error("There is no ams database.");
  const [source, { console: url }] = single;
  return { AMS_SOURCE: source, AMS_DATABASE_URL: url };
}

function amsOfConnectors({ logins, amsDatabasesFile }: Wiring): Environment {
  if (amsDatabasesFile !== undefined)
    return { AMS_DATABASES_FILE: amsDatabasesFile };
  const [single] = logins.ams;
  if (single === undefined) throw new Error("There is no ams database.");
  const [source, { connector }] = single;
  return { AMS_SOURCE: source, AMS_DATABASE_URL: connector };
}

/**
 * The caller's environment without what is not meant for services: npm's and
 * the test runner's variables, and the owners' database URLs, as no service may
 * have an owner's rights.
 */
export function inherited(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && !NOT_FOR_SERVICES.test(name)) kept[name] = value;
  return kept;
}

const NOT_FOR_SERVICES =
  /^(npm_.*|INIT_CWD|NODE_OPTIONS|VITEST.*|AMS_SYNC_.*|(AMS_|QUEUE_|SCHEDULE_|MIGRATE_)?DATABASE_URL|AMS_SOURCE|AMS_DATABASES_FILE|SIGN_IN_ISSUER|REDIS_URL|(HTTP|GRPC)_(HOST|PORT)|OTEL_SERVICE_NAME)$/;
