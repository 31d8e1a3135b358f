import type { Secrets } from "./secrets.js";
import type { Login } from "./databases.js";
import type { ServiceName } from "./service-names.js";

export type Environment = Readonly<Record<string, string>>;

/** Where a service listens; only state and settings have gRPC. */
export interface Ports {
  readonly http: number;
  readonly grpc?: number;
}

/** One process of a service. */
export interface Instance {
  readonly name: ServiceName;
  /** Among the instances of this name, from 0. */
  readonly index: number;
  readonly ports: Ports;
}

export interface Wiring {
  readonly logins: Readonly<Record<Login, string>>;
  /** host:port; every caller goes to the first instance. */
  readonly grpc: { readonly state: string; readonly settings: string };
  readonly secrets: Secrets;
  readonly redisUrl: string | undefined;
}

/** What each service is told of this stack; all else is the caller's environment. */
export function environmentOf(
  { name, ports: { http, grpc } }: Instance,
  wiring: Wiring,
): Environment {
  const { logins, grpc: address, secrets, redisUrl } = wiring;
  const queue: Environment =
    redisUrl === undefined
      ? { QUEUE_DATABASE_URL: logins.queue }
      : { REDIS_URL: redisUrl };
  const own: Record<ServiceName, Environment> = {
    state: {
      ...queue,
      DATABASE_URL: logins.state,
      SCHEDULE_DATABASE_URL: logins.schedule,
    },
    settings: {
      DATABASE_URL: logins.settings,
      STATE_ADDRESS: address.state,
      MASTER_KEY_FILE: secrets.masterKeyFile,
    },
    "change-capture": {
      ...queue,
      AMS_DATABASE_URL: logins.capture,
      STATE_ADDRESS: address.state,
    },
    "cloud-connector": {
      ...queue,
      AMS_DATABASE_URL: logins.connector,
      STATE_ADDRESS: address.state,
      SETTINGS_ADDRESS: address.settings,
    },
  };
  return {
    ...own[name],
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
  /^(npm_.*|INIT_CWD|NODE_OPTIONS|VITEST.*|AMS_SYNC_.*|(AMS_|QUEUE_|SCHEDULE_|MIGRATE_)?DATABASE_URL|REDIS_URL|(HTTP|GRPC)_(HOST|PORT)|OTEL_SERVICE_NAME)$/;
