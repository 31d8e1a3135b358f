import { z } from "zod";

/** 0 lets the machine choose, as tests do. */
const port = z.coerce.number().int().min(0).max(65_535);

/** What every service reads; apps extend it: `serviceConfig.extend({ … })`. */
export const serviceConfig = z.object({
  NODE_ENV: z.string().default("production"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .default("info"),
  HTTP_HOST: z.string().default("127.0.0.1"),
  HTTP_PORT: port,
  GRPC_HOST: z.string().default("127.0.0.1"),
  GRPC_PORT: port.optional(),
  /** This service's private Ed25519 key, a JWK whose kid is the service's name. */
  SERVICE_KEY_FILE: z.string(),
  /** Public keys of all services, a JWKS; kid = service name. */
  SERVICE_KEYS_FILE: z.string(),
  /** All three or none: with them every peer must show a certificate of this CA. */
  GRPC_TLS_CA_FILE: z.string().optional(),
  GRPC_TLS_CERT_FILE: z.string().optional(),
  GRPC_TLS_KEY_FILE: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
});
export type ServiceConfig = z.infer<typeof serviceConfig>;

/** For services without a gRPC server GRPC_PORT stays out; the others say `serviceConfig.required({ GRPC_PORT: true })`. */
export const grpcServiceConfig = serviceConfig.required({ GRPC_PORT: true });
