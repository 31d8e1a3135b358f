import { setTimeout as delay } from "node:timers/promises";
import { ClientRequest, type IncomingMessage } from "node:http";
import { diag, type Span } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { PgInstrumentation } from "@opentelemetry/instrumentation-pg";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { createMetricsReader, useMetricsReader } from "./metrics.js";
import { serviceName } from "./service-name.js";
import { withoutMessages } from "./without-messages.js";

/** Probes and scrapes come every few seconds and say nothing. */
const QUIET = /^\/(health|metrics)(\/|\?|$)/;

/** Query strings carry codes of logins, tokens and ids of people. */
const hideQuery = (
  span: Span,
  request: ClientRequest | IncomingMessage,
): void => {
  if (request instanceof ClientRequest) {
    const [path = ""] = request.path.split("?");
    const host = String(request.getHeader("host"));
    span.setAttribute("url.full", `${request.protocol}//${host}${path}`);
  } else if (request.url?.includes("?")) {
    span.setAttribute("url.query", "[hidden]");
  }
};

let sdk: NodeSDK | undefined;

/** Starts tracing and metrics. Spans leave only when OTEL_EXPORTER_OTLP_ENDPOINT is set. */
export const startTelemetry = (): void => {
  const metricsReader = createMetricsReader();
  const endpoint = process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  const name = serviceName(process.env, process.argv[1]);
  sdk = new NodeSDK({
    ...(name === undefined ? {} : { serviceName: name }),
    autoDetectResources: false,
    metricReaders: [metricsReader],
    logRecordProcessors: [],
    // Without exporter an empty list: the SDK would otherwise take the variables of its own and try localhost.
    ...(endpoint
      ? { traceExporter: withoutMessages(new OTLPTraceExporter()) }
      : { spanProcessors: [] }),
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: (request) => QUIET.test(request.url ?? ""),
        requestHook: hideQuery,
      }),
      new PgInstrumentation({
        // A pool's own queries without a parent would be noise of the sweep.
        requireParentSpan: true,
        ignoreConnectSpans: true,
      }),
    ],
  });
  sdk.start();
  useMetricsReader(metricsReader);
};

/** A collector that is away must not hold up the end of a service, milliseconds. */
const SEND_WITHIN = 1_500;

/** Sends what is still held, as far as that goes quickly; does nothing when telemetry was not started. */
export const stopTelemetry = async (): Promise<void> => {
  if (sdk === undefined) return;
  const stopped = sdk.shutdown().catch((error: unknown) => {
    diag.warn("the last spans were not taken", error);
  });
  sdk = undefined;
  await Promise.race([stopped, delay(SEND_WITHIN, undefined, { ref: false })]);
};
