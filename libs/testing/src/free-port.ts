import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to outgoing connections (from 32768 on
 * Linux), or a connection of our own could take a server's port while it
 * restarts.
 */
const FIRST = 15_000;
const LAST = 32_000;

const handedOut = new Set<number>();

/**
 * A TCP port of 127.0.0.1 that is free, another one at each call. Another
 * process may take it before the caller does.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(FIRST, LAST);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`No port between ${FIRST} and ${LAST} is free.`);
}

/** Whether a server could listen on that port of 127.0.0.1 now. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
