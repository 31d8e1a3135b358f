import { metrics, type Meter } from "@opentelemetry/api";
import {
  PrometheusExporter,
  PrometheusSerializer,
} from "@opentelemetry/exporter-prometheus";

/** Instruments of ours are named `ams_sync_*`. */
export const meter = (name: string): Meter => metrics.getMeter(name);

/** The service's own HTTP server shows the metrics, so the reader opens no second port. */
export const createMetricsReader = (): PrometheusExporter =>
  new PrometheusExporter({ preventServerStart: true });

/** Positional: prefix, timestamps, constant labels, without target, without scope. A library's name on every line is noise. */
const serializer = new PrometheusSerializer(
  undefined,
  false,
  undefined,
  false,
  true,
);

let reader: PrometheusExporter | undefined;

export const useMetricsReader = (started: PrometheusExporter): void => {
  reader = started;
};

/** All metrics in Prometheus' text format; empty when telemetry was not preloaded. */
export const renderMetrics = async (): Promise<string> => {
  if (reader === undefined) return "";
  const { resourceMetrics } = await reader.collect();
  return serializer.serialize(resourceMetrics);
};
