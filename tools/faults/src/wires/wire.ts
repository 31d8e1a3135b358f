import { createServer, type Server, type Socket } from "node:net";

/** Where a message stands: about to be handed on, or answered while its sender has not heard of it. */
export type When = "before" | "after";

/** A message that passes. Labels say what it does, "PUT new card" or "commit insert inbox". */
export interface Passing {
  readonly wire: string;
  readonly label: string;
  readonly when: When;
}

/**
 * Asked at every passing, at once and in order. False: the message, or the answer, is lost and its connection cut on
 * both sides.
 */
export type Toll = (passing: Passing) => boolean;

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface WireOptions {
  readonly name: string;
  /** The real server. */
  readonly to: Address;
  readonly toll: Toll;
}

/** A connection between two processes that a test can look into and cut. */
export interface Wire extends Address {
  readonly name: string;
  close(): Promise<void>;
}

/** Listens on loopback; closing cuts every connection. */
export async function openWire(
  name: string,
  accept: (socket: Socket) => void,
): Promise<Wire> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, pauseOnConnect: true });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A process that was killed leaves resets behind.
    socket.on("error", () => socket.destroy());
    accept(socket);
  });
  const port = await listen(server);
  return {
    name,
    host: "127.0.0.1",
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("a wire has no port");
  return address.port;
}
