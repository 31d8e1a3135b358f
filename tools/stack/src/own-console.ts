import { join } from "node:path";
import { freePort } from "@ams-sync/testing";
import { CHECKOUT, type Folders } from "./folders.js";
import { MEMORY } from "./memory.js";
import { CONSOLE } from "./service-names.js";
import { startService, type Service } from "./service-process.js";
import type { StackOptions } from "./stack-options.js";

/** Known before anything runs: the issuer must be told where people come back to. */
export const consoleUrlOf = async ({
  console: wanted = false,
  consolePort,
}: Pick<StackOptions, "console" | "consolePort">): Promise<
  string | undefined
> =>
  wanted ? `http://127.0.0.1:${consolePort ?? (await freePort())}` : undefined;

export interface ConsoleStart {
  readonly env: Readonly<Record<string, string>>;
  readonly folders: Folders;
  readonly settingsUrl: string;
  readonly stateUrl: string;
  readonly issuerUrl: string;
  readonly onDeath: (text: string) => void;
  readonly signal: AbortSignal;
}

/** It has no key and no database: whoever uses it acts with a token of their own. */
export function startConsole(
  url: string,
  start: ConsoleStart,
): Promise<Service<typeof CONSOLE>> {
  const { hostname, port } = new URL(url);
  const { env, folders, settingsUrl, stateUrl, issuerUrl } = start;
  return startService({
    name: CONSOLE,
    program: join(CHECKOUT, "apps", CONSOLE, "dist", "server", "main.js"),
    ports: { http: Number(port) },
    env: {
      ...env,
      ...MEMORY,
      OTEL_SERVICE_NAME: CONSOLE,
      HTTP_HOST: hostname,
      HTTP_PORT: port,
      SETTINGS_URL: settingsUrl,
      STATE_URL: stateUrl,
      SIGN_IN_ISSUER: issuerUrl,
    },
    logFile: join(folders.logs, "console.log"),
    onDeath: start.onDeath,
    signal: start.signal,
  });
}
