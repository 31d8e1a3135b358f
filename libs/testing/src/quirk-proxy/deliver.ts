import type { ServerResponse } from "node:http";
import type { Reply } from "./exchange.js";

/** Sends a reply in the way that it asks for. */
export async function deliver(
  reply: Reply,
  response: ServerResponse,
): Promise<void> {
  const { status, headers, body, delivery } = reply;
  const { socket } = response;
  // The client has given up waiting.
  if (socket === null || socket.destroyed) return;
  if (delivery === "closed" || (delivery === "cut" && body.length === 0))
    return void socket.destroy();
  if (delivery === "reset") return void socket.resetAndDestroy();
  const headed = response.req.method === "HEAD" || status === 204;
  response.writeHead(status, {
    ...headers,
    ...(!headed && { "content-length": body.length }),
  });
  if (delivery === "cut") {
    await new Promise((sent) =>
      response.write(body.subarray(0, Math.ceil(body.length / 2)), sent),
    );
    return void socket.destroy();
  }
  if (delivery !== undefined)
    await trickle(body, delivery.pieceEveryMs, response);
  response.end(delivery === undefined ? body : undefined);
}

const PIECES = 20;

async function trickle(
  body: Buffer,
  pieceEveryMs: number,
  response: ServerResponse,
): Promise<void> {
  const size = Math.max(1, Math.ceil(body.length / PIECES));
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    response.write(body.subarray(at, at + size));
    await new Promise((resolve) => setTimeout(resolve, pieceEveryMs));
  }
}
