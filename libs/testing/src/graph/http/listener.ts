import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";

export interface RawRequest {
  readonly method: string;
  /** As it came: "/v1.0/me?…". */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Other than whole. */
  readonly delivery?: "reset" | "closed" | "cut" | "never";
}

export type Handler = (request: RawRequest) => Promise<RawAnswer>;

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function deliver(answer: RawAnswer, response: ServerResponse): void {
  const { socket } = response;
  switch (answer.delivery) {
    case "never":
      return;
    case "reset":
      socket?.resetAndDestroy();
      return;
    case "closed":
      socket?.destroy();
      return;
    case "cut":
      response.writeHead(answer.status, {
        ...answer.headers,
        "content-length": Buffer.byteLength(answer.body),
      });
      response.write(answer.body.slice(0, answer.body.length / 2), () =>
        socket?.destroy(),
      );
      return;
    default:
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
  }
}

const flat = (incoming: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(", ")]],
    ),
  );

/** What one listener does with each request; a handler that throws is the simulator's own fault, and says so. */
export const respond =
  (handler: Handler) =>
  (incoming: IncomingMessage, response: ServerResponse): void => {
    void bodyOf(incoming)
      .then((body) =>
        handler({
          method: incoming.method ?? "GET",
          url: incoming.url ?? "/",
          headers: flat(incoming),
          body,
        }),
      )
      .catch((error: unknown) => ({
        status: 500,
        headers: { "content-type": "text/plain" },
        body: `The simulator failed: ${String(error)}`,
      }))
      .then((answer) => deliver(answer, response));
  };

export const httpServer = (handler: Handler): Server => {
  const server = createServer(respond(handler));
  server.keepAliveTimeout = 30_000;
  return server;
};

export const httpsServer = (
  tls: { readonly cert: string; readonly key: string },
  handler: Handler,
): Server => createSecureServer(tls, respond(handler));

/** @returns the port */
export const listen = async (server: Server, port: number): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("The system gave no port number.");
  return address.port;
};

export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
