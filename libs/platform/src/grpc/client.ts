import {
  ChannelCredentials,
  createChannel,
  createClientFactory,
  type Client,
} from "nice-grpc";
import {
  deadlineMiddleware,
  type DeadlineOptions,
} from "nice-grpc-client-middleware-deadline";
import type { GrpcDefinition } from "./binding.js";
import {
  authorize,
  retryUnavailable,
  traceClient,
} from "./client-middleware.js";
import { MESSAGE_LIMITS } from "./message-limits.js";
import type { ServiceKeys } from "./service-keys.js";
import type { GrpcTls } from "./tls.js";

export interface GrpcClientOptions<D extends GrpcDefinition> {
  /** host:port */
  readonly address: string;
  /** Name of the service that is called. */
  readonly audience: string;
  readonly keys: ServiceKeys;
  readonly tls?: GrpcTls | undefined;
  /** For every call that names no `deadline` of its own, milliseconds. */
  readonly deadlineMs?: number;
  /** Methods that are repeated even if the callee may have carried them out. */
  readonly idempotent?: readonly (keyof D["methods"] & string)[];
}

/** Methods throw nice-grpc's ClientError with a status code. A call may set `{ deadline, signal }`. */
export type GrpcClient<D extends GrpcDefinition> = Client<
  D,
  DeadlineOptions
> & {
  close(): void;
};

/** Milliseconds. grpc-js would leave a lost callee alone for up to two minutes, and not notice one that fell silent. */
const CHANNEL_OPTIONS = {
  ...MESSAGE_LIMITS,
  // Calls go round all addresses of a name; grpc-js would send everything to the first that answers.
  "grpc.service_config": JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
  }),
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2_000,
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 5_000,
};

export const grpcClient = <D extends GrpcDefinition>(
  definition: D,
  options: GrpcClientOptions<D>,
): GrpcClient<D> => {
  const {
    address,
    audience,
    keys,
    tls,
    deadlineMs = 10_000,
    idempotent = [],
  } = options;
  const channel = createChannel(
    `${tls === undefined ? "http" : "https"}://${address}`,
    tls === undefined
      ? ChannelCredentials.createInsecure()
      : ChannelCredentials.createSsl(tls.ca, tls.key, tls.cert),
    CHANNEL_OPTIONS,
  );
  const paths = new Set(
    idempotent.map(
      (key) => `/${definition.fullName}/${definition.methods[key]?.name ?? ""}`,
    ),
  );
  // What is attached last runs first: one span and one deadline around all attempts.
  const client = createClientFactory()
    .use(authorize(keys, audience))
    .use(retryUnavailable(paths))
    .use(deadlineMiddleware)
    .use(traceClient)
    .create(definition, channel, { "*": { deadline: deadlineMs } });
  return Object.assign(client, { close: () => channel.close() });
};
