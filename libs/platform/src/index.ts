/** What every service stands on: configuration, logs, traces, gRPC, tenancy, encryption, queues. */
export * from "./config/addresses.js";
export * from "./config/all-of.js";
export { ConfigError, type BadVariable } from "./config/config-error.js";
export * from "./config/exactly-one-of.js";
export * from "./config/queue-config.js";
export { readConfig } from "./config/read-config.js";
export * from "./config/read-service-config.js";
export * from "./config/service-config.js";
export * from "./config/source-name.js";
export * from "./database/data-source.js";
export * from "./database/in-transaction.js";
export * from "./database/migrate-main.js";
export * from "./database/migrations.js";
export * from "./encryption/encryption-key.js";
export * from "./encryption/envelope.js";
export type {
  Caller,
  GrpcContext,
  GrpcDefinition,
  ServiceBinding,
} from "./grpc/binding.js";
export * from "./grpc/client.js";
export * from "./grpc/invalid-argument.js";
export * from "./grpc/server.js";
export * from "./grpc/service-keys.js";
export * from "./grpc/tls.js";
export { logger, type Logger } from "./logging/logger.js";
export { describeError } from "./logging/redaction.js";
export * from "./queues/migrate-queues.js";
export * from "./queues/queue-backend.js";
export * from "./queues/queue-port.js";
export * from "./service/bare-http.js";
export type { Readiness } from "./service/health.controller.js";
export * from "./service/run-service.js";
export { meter } from "./telemetry/metrics.js";
export { inSpan, tracer, type SpanSettings } from "./telemetry/span.js";
export {
  currentTraceParent,
  parseTraceParent,
} from "./telemetry/trace-parent.js";
export * from "./tenancy/with-tenant.js";
