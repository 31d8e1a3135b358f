import {
  Agent,
  createServer,
  request as ask,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { ItemLedger } from "../watch/item-ledger.js";

/** A request that went through, or that was held back. */
export interface Passage {
  readonly method: string;
  /** Path with its leading slash. */
  readonly path: string;
  readonly body: string;
  /** The server's; undefined until it has answered. */
  status?: number;
}

/** A request that waits in front of the server, whether its sender still does or not. */
export interface Held {
  readonly passage: Passage;
  /** The sender has given up or is dead. */
  abandoned(): boolean;
  /** Lets it go on to the server. @returns the server's status */
  release(): Promise<number>;
}

/** Stands in front of a DAV server: counts what is written and holds requests back as a slow network or proxy does. */
export interface Gate {
  readonly url: string;
  /** Each write waits so long before it goes on, so that a run lasts. Milliseconds. */
  slowness: number;
  /** Writes that the server accepted at paths that begin so. */
  written(prefix: string): number;
  /** What lies on the server, followed write by write. */
  readonly items: ItemLedger;
  /** Everything asked at paths that begin so, in order. */
  passages(prefix: string): readonly Passage[];
  /** Holds the next request that matches; resolves when it is there. */
  holdNext(matches: (passage: Passage) => boolean): Promise<Held>;
  close(): Promise<void>;
}

const WRITES = new Set(["PUT", "DELETE", "MKCOL", "MKCALENDAR", "PROPPATCH"]);
export const isWrite = ({ method }: Passage): boolean => WRITES.has(method);

interface Trap {
  readonly matches: (passage: Passage) => boolean;
  readonly caught: (held: Held) => void;
}

export async function openGate(serverUrl: string): Promise<Gate> {
  const target = new URL(serverUrl);
  // Radicale's listen backlog is short: kept connections, and few of them.
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const all: Passage[] = [];
  const items = new ItemLedger();
  const traps: Trap[] = [];

  const forward = (
    passage: Passage,
    headers: IncomingMessage["headers"],
    body: Buffer,
  ) =>
    new Promise<{ answer: IncomingMessage; body: Buffer }>(
      (resolve, reject) => {
        const sent = ask(
          {
            host: target.hostname,
            port: target.port,
            method: passage.method,
            path: passage.path,
            headers,
            agent,
          },
          (answer) =>
            void bodyOf(answer).then((text) => {
              const status = answer.statusCode ?? 0;
              passage.status = status;
              items.note({ ...passage, status });
              resolve({ answer, body: text });
            }, reject),
        );
        sent.once("error", reject);
        sent.end(body);
      },
    );

  const serve = async (
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    let gone = false;
    response.once("close", () => (gone = !response.writableFinished));
    const body = await bodyOf(request);
    const passage: Passage = {
      method: request.method ?? "",
      path: request.url ?? "/",
      body: body.toString("utf8"),
    };
    all.push(passage);
    const { headers } = request;
    let answered: ReturnType<typeof forward> | undefined;
    const send = () => (answered ??= forward(passage, headers, body));
    const trap = traps.findIndex(({ matches }) => matches(passage));
    if (trap >= 0) {
      const [sprung] = traps.splice(trap, 1);
      await new Promise<void>((resolve) =>
        sprung?.caught({
          passage,
          abandoned: () => gone,
          release: async () => {
            const { answer } = await send();
            resolve();
            return answer.statusCode ?? 0;
          },
        }),
      );
    } else if (isWrite(passage)) await delay(gate.slowness);
    const { answer, body: text } = await send();
    if (gone) return;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.end(text);
  };

  const server = createServer((request, response) => {
    // A sender that died in the middle of its request, or a server that is being stopped.
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve()),
  );
  const { port } = server.address() as AddressInfo;
  const under = (prefix: string) =>
    all.filter(({ path }) => path.startsWith(prefix));
  const gate: Gate = {
    url: `http://127.0.0.1:${port}/`,
    slowness: 0,
    written: (prefix) =>
      under(prefix).filter(
        (passage) =>
          isWrite(passage) &&
          passage.status !== undefined &&
          passage.status < 300,
      ).length,
    items,
    passages: under,
    holdNext: (matches) =>
      new Promise((resolve) => traps.push({ matches, caught: resolve })),
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gate;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
