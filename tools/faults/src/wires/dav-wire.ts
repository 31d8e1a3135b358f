import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { davLabel } from "./dav-labels.js";
import { openWire, type Wire, type WireOptions } from "./wire.js";

/** WebDAV over plain HTTP, request by request, each taken whole before it is handed on. */
export async function openDavWire(options: WireOptions): Promise<Wire> {
  const http = createServer((asked, told) => {
    carry(options, asked, told).catch(() => asked.socket.destroy());
  });
  // A client's connection lives as long as the client wants.
  http.keepAliveTimeout = 0;
  return openWire(options.name, (client) => {
    http.emit("connection", client);
    client.resume();
  });
}

async function carry(
  { name: wire, to, toll }: WireOptions,
  asked: IncomingMessage,
  told: ServerResponse,
): Promise<void> {
  const { method = "", url = "/", headers } = asked;
  const body = await textOf(asked);
  const label = davLabel(method, url, headers, body.toString("utf8"));
  if (!toll({ wire, label, when: "before" })) {
    asked.socket.destroy();
    return;
  }
  const answer = await send({ ...to, method, path: url, headers }, body);
  if (!toll({ wire, label, when: "after" })) {
    asked.socket.destroy();
    return;
  }
  told.writeHead(answer.status, answer.headers);
  told.end(answer.body);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Also after its sender is gone: what was sent arrives. */
const send = (
  to: {
    readonly host: string;
    readonly port: number;
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
  },
  body: Buffer,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { connection: _ours, ...headers } = to.headers;
    const sent = request({ ...to, headers }, (answer) => {
      const { statusCode: status = 502 } = answer;
      const { connection: _theirs, ...rest } = answer.headers;
      delete rest["transfer-encoding"];
      textOf(answer).then(
        (text) => resolve({ status, headers: rest, body: text }),
        reject,
      );
    });
    sent.once("error", reject);
    sent.end(body);
  });

async function textOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
