import { createServer, type Server } from "node:net";
import type { StackOptions } from "./stack-options.js";

/**
 * Throws a sentence for each given port that cannot be had: a service would die of it only after whoever has the port
 * answered in its place.
 */
export async function expectPorts(
  options: Pick<
    StackOptions,
    "ports" | "postgresPort" | "issuerPort" | "consolePort"
  >,
): Promise<void> {
  // All are held until the last was tried, so that one that is named twice is found, too.
  const held = new Map<number, { variable: string; server: Server }>();
  const faults: string[] = [];
  try {
    for (const [variable, port] of namedPorts(options)) {
      const twice = held.get(port);
      const server = twice ? "twice" : await listen(port);
      if (typeof server !== "string") held.set(port, { variable, server });
      else
        faults.push(
          twice
            ? `Port ${port} is named by ${twice.variable} and by ${variable}: name another, or leave one out.`
            : `Port ${port} (${variable}) ${server}: name another, or leave it out.`,
        );
    }
  } finally {
    for (const { server } of held.values())
      await new Promise((resolve) => server.close(resolve));
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/** Under the names of their variables. */
function namedPorts({
  ports = {},
  postgresPort,
  issuerPort,
  consolePort,
}: Pick<
  StackOptions,
  "ports" | "postgresPort" | "issuerPort" | "consolePort"
>): [string, number][] {
  const found: [string, number][] = [];
  if (postgresPort !== undefined) found.push(["POSTGRES_PORT", postgresPort]);
  if (issuerPort !== undefined) found.push(["ISSUER_PORT", issuerPort]);
  if (consolePort !== undefined) found.push(["CONSOLE_HTTP_PORT", consolePort]);
  for (const [service, given] of Object.entries(ports))
    for (const [kind, port] of Object.entries(given)) {
      const name = `${service}-${kind}-port`.toUpperCase();
      if (port !== undefined) found.push([name.replaceAll("-", "_"), port]);
    }
  return found;
}

/** What listens there now, or why nothing can. */
function listen(port: number): Promise<Server | string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      const code = "code" in error ? String(error.code) : error.message;
      resolve(
        code === "EADDRINUSE" ? "is in use" : `cannot be opened (${code})`,
      );
    });
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
