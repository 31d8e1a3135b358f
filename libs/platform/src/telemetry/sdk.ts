import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { PgInstrumentation } from "@opentelemetry/instrumentation-pg";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { createMetricsReader, useMetricsReader } from "./metrics.js";

/** Probes and scrapes come every few seconds and say nothing. */
const QUIET = /^\/(health|metrics)(\/|\?|$)/;

let sdk: NodeSDK | undefined;

/** Starts tracing and metrics. Spans leave only when OTEL_EXPORTER_OTLP_ENDPOINT is set. */
export const startTelemetry = (): void => {
  const metricsReader = createMetricsReader();
  const endpoint = process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  sdk = new NodeSDK({
    ...(process.env["OTEL_SERVICE_NAME"]
      ? { serviceName: process.env["OTEL_SERVICE_NAME"] }
      : {}),
    autoDetectResources: false,
    metricReaders: [metricsReader],
    logRecordProcessors: [],
    // Without exporter an empty list: the SDK would otherwise take the variables of its own and try localhost.
    ...(endpoint
      ? { traceExporter: new OTLPTraceExporter() }
      : { spanProcessors: [] }),
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: (request) => QUIET.test(request.url ?? ""),
      }),
      // Spans of a pool's own queries without a parent would be noise of the sweep.
      new PgInstrumentation({ requireParentSpan: true }),
    ],
  });
  sdk.start();
  useMetricsReader(metricsReader);
};

/** Sends what is still held. Bounded by the exporter's own timeout; does nothing when telemetry was not started. */
export const stopTelemetry = async (): Promise<void> => {
  await sdk?.shutdown();
  sdk = undefined;
};
