import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What becomes of a rollback on its way to the server. */
export type RollbackFate = "passes" | "is refused" | "is lost";

export interface RollbackProxy {
  readonly port: number;
  /** Of rollbacks from now on. */
  fate: RollbackFate;
  stop(): void;
}

/**
 * Stands before a PostgreSQL on 127.0.0.1 and passes everything on but rollbacks. A refused one is answered as PostgreSQL
 * does where a cancel meets it: the transaction stays as it is.
 */
export async function startRollbackProxy(to: number): Promise<RollbackProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to, "127.0.0.1");
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    upstream.on("data", (data) => client.write(data));
    client.on("data", (data) => {
      if (proxy.fate === "passes" || !isRollback(data)) upstream.write(data);
      else if (proxy.fate === "is refused") client.write(REFUSED);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("The proxy has no port.");
  const proxy: RollbackProxy = {
    port: address.port,
    fate: "passes",
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return proxy;
}

/** A message of PostgreSQL's protocol 3: a letter, its length and what it says. */
const message = (letter: string, body: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(letter), length, Buffer.from(body)]);
};
const ROLLBACKS = ["rollback\0", "ROLLBACK\0"].map((sql) => message("Q", sql));
const REFUSED = Buffer.concat([
  message("E", "SERROR\0VERROR\0C57014\0Mcanceling statement\0\0"),
  message("Z", "T"),
]);

const isRollback = (data: Buffer): boolean =>
  ROLLBACKS.some((one) => data.equals(one));
