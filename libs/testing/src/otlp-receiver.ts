import { createServer, type IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { readSpans, type ReceivedSpan } from "./otlp-spans.js";

export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** All spans so far, in the order of their arrival. */
  spans(): readonly ReceivedSpan[];
  clear(): void;
  stop(): Promise<void>;
}

/**
 * An OTLP/HTTP endpoint (`POST /v1/traces`, JSON) that remembers the spans.
 * Metrics and logs are accepted and dropped.
 */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  let spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    void body(request)
      .then((bytes) => {
        const isJson =
          request.headers["content-type"]?.startsWith("application/json");
        if (isJson !== true) return 415;
        if (request.url === "/v1/traces")
          spans.push(...readSpans(JSON.parse(bytes.toString("utf8"))));
        return 200;
      })
      .catch(() => 400)
      .then((status) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end("{}");
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("The system gave no port number.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    spans: () => spans,
    clear: () => {
      spans = [];
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip"
    ? gunzipSync(bytes)
    : bytes;
}
