import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export interface RawCollector {
  readonly url: string;
  /** What was exported, as it came. */
  readonly bodies: string[];
  stop(): Promise<void>;
}

/** An OTLP endpoint that keeps every body as text: nothing that a reader of spans would leave out gets lost. */
export async function startRawCollector(): Promise<RawCollector> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      const zipped = request.headers["content-encoding"] === "gzip";
      bodies.push((zipped ? gunzipSync(bytes) : bytes).toString("utf8"));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
