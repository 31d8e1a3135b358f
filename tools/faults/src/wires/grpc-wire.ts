import {
  connect as connectHttp2,
  constants,
  performServerHandshake,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { connect, type Socket } from "node:net";
import { openWire, type When, type Wire, type WireOptions } from "./wire.js";

/**
 * gRPC without TLS, call by call: requests and answers are single messages in all our contracts, so each is taken whole
 * before it is handed on. Labels are the methods' names.
 */
export const openGrpcWire = (options: WireOptions): Promise<Wire> =>
  openWire(options.name, (client) => {
    const server = connect({ ...options.to, noDelay: true });
    // A callee that is down looks like one: the caller's connection ends, too.
    server.on("error", () => client.destroy());
    client.once("close", () => server.destroy());
    server.once("close", () => client.destroy());
    server.once("connect", () =>
      join(client, server, (label, when) =>
        options.toll({ wire: options.name, label, when }),
      ),
    );
  });

type Pass = (label: string, when: When) => boolean;

function join(client: Socket, server: Socket, pass: Pass): void {
  const callee = connectHttp2("http://callee", {
    createConnection: () => server,
  });
  const caller = performServerHandshake(client);
  client.resume();
  callee.on("error", () => client.destroy());
  caller.on("error", () => client.destroy());
  const cut = (): void => {
    client.destroy();
    server.destroy();
  };
  caller.on("stream", (stream: ServerHttp2Stream, headers) => {
    stream.on("error", () => stream.destroy());
    carry(stream, headers, callee, (label, when) => {
      if (client.destroyed) return false;
      const on = pass(label, when);
      if (!on) cut();
      return on;
    }).catch(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  });
}

async function carry(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  callee: ClientHttp2Session,
  pass: Pass,
): Promise<void> {
  const label = headers[":path"]?.split("/").at(-1) ?? "";
  const body = await all(stream);
  if (stream.destroyed || !pass(label, "before")) return;
  const asked = callee.request(headers);
  stream.once("close", () => {
    // Given up: a deadline, or a caller that is gone.
    if (!asked.closed) asked.close(constants.NGHTTP2_CANCEL);
  });
  let head: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders | undefined;
  asked.on("response", (told) => (head = told));
  asked.on("trailers", (told) => (trailers = told));
  asked.end(body);
  const answer = await all(asked);
  if (asked.rstCode !== constants.NGHTTP2_NO_ERROR)
    return stream.close(asked.rstCode);
  if (stream.destroyed || !pass(label, "after")) return;
  if (trailers === undefined && answer.length === 0)
    return stream.respond(head, { endStream: true });
  stream.respond(head, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers(trailers ?? {}));
  stream.end(answer);
}

/** Everything up to the end, or to where it broke off. */
async function all(
  stream: NodeJS.ReadableStream & { once(event: "close", f: () => void): void },
): Promise<Buffer> {
  const parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  await new Promise<void>((resolve) => {
    stream.once("end", resolve);
    stream.once("close", resolve);
    stream.on("error", () => resolve());
  });
  return Buffer.concat(parts);
}
