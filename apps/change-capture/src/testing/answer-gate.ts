import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A way to a server on which answers can be held back while requests still arrive. */
export interface AnswerGate {
  readonly address: string;
  /** From now on answers are swallowed. */
  swallow(): void;
  pass(): void;
  stop(): Promise<void>;
}

export async function answerGate(port: number): Promise<AnswerGate> {
  const sockets = new Set<Socket>();
  let passing = true;
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (bytes) => {
      if (passing) client.write(bytes);
    });
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve()),
  );
  const { port: own } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${own}`,
    swallow: () => {
      passing = false;
    },
    // A stream with a hole cannot be read on: both sides connect anew.
    pass: () => {
      passing = true;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
