import { ServerCredentials } from "@grpc/grpc-js";
import { createServer } from "nice-grpc";
import { logger, type Logger } from "../logging/logger.js";
import {
  allowListOf,
  type GrpcDefinition,
  type ServiceBinding,
} from "./binding.js";
import { MESSAGE_LIMITS } from "./message-limits.js";
import { authenticate } from "./server-authentication.js";
import { reportErrors, traceServer } from "./server-telemetry.js";
import type { ServiceKeys } from "./service-keys.js";
import type { GrpcTls } from "./tls.js";

/** Calls in flight get this long when the server closes, milliseconds. */
const CLOSE_WITHIN = 2_000;

export interface GrpcServerOptions<D extends readonly GrpcDefinition[]> {
  readonly host: string;
  /** 0: the machine chooses. */
  readonly port: number;
  readonly keys: ServiceKeys;
  readonly tls?: GrpcTls | undefined;
  /** Where errors go that no method meant to answer. */
  readonly log?: Logger;
  readonly services: { readonly [I in keyof D]: ServiceBinding<D[I]> };
}

export interface GrpcServer {
  readonly port: number;
  /** Takes no more calls, waits for those in flight for 2 s, then cancels them. */
  close(): Promise<void>;
}

/** Serves gRPC to services that prove themselves, each method only to the callers that its binding lists. */
export const serveGrpc = async <const D extends readonly GrpcDefinition[]>(
  options: GrpcServerOptions<D>,
): Promise<GrpcServer> => {
  const { keys, tls } = options;
  const bindings: readonly ServiceBinding<GrpcDefinition>[] = options.services;
  const server = createServer(MESSAGE_LIMITS)
    .use(traceServer)
    .use(reportErrors(options.log ?? logger("grpc")))
    .use(authenticate(keys, allowListOf(bindings)));
  for (const { definition, implementation } of bindings)
    server.add(definition, implementation);
  const port = await server.listen(
    `${options.host}:${options.port}`,
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(
          tls.ca,
          [{ private_key: tls.key, cert_chain: tls.cert }],
          true,
        ),
  );
  return {
    port,
    async close() {
      const timer = setTimeout(() => server.forceShutdown(), CLOSE_WITHIN);
      await server.shutdown();
      clearTimeout(timer);
    },
  };
};
