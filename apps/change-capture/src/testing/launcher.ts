import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { generateServiceKeys } from "@ams-sync/platform";

const APPS = fileURLToPath(new URL("../../..", import.meta.url));

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
}

/** Starts the built services as processes, as they run in production. */
export class Launcher<Process> {
  constructor(
    private readonly start: (command: Command) => Promise<Process>,
    /** Keys and logs; removed by whoever made it. */
    readonly folder: string,
    private readonly otlpUrl: string,
  ) {}

  async makeKeys(...names: string[]): Promise<void> {
    const { privateKeys, publicKeys } = await generateServiceKeys(names);
    for (const [name, key] of privateKeys)
      await writeFile(this.keyFile(name), JSON.stringify(key));
    await writeFile(this.keysFile, JSON.stringify(publicKeys));
  }

  get keysFile(): string {
    return join(this.folder, "services.jwks");
  }

  keyFile(name: string): string {
    return join(this.folder, `${name}.jwk`);
  }

  logFile(app: string): string {
    return join(this.folder, `${app}.log`);
  }

  /** @param program file of the app's dist, without its ending */
  launch(
    app: string,
    env: Readonly<Record<string, string>>,
    program = "main",
    args: readonly string[] = [],
  ): Promise<Process> {
    const file = join(APPS, app, "dist", `${program}.js`);
    if (!existsSync(file))
      throw new Error(`${app} is not built. Run npm run build first.`);
    const telemetry = createRequire(import.meta.url).resolve(
      "@ams-sync/platform/telemetry-register",
    );
    return this.start({
      command: process.execPath,
      args: ["--import", pathToFileURL(telemetry).href, file, ...args],
      env: {
        ...env,
        PATH: process.env["PATH"],
        SERVICE_KEY_FILE: this.keyFile(app),
        SERVICE_KEYS_FILE: this.keysFile,
        OTEL_SERVICE_NAME: app,
        OTEL_EXPORTER_OTLP_ENDPOINT: this.otlpUrl,
        OTEL_BSP_SCHEDULE_DELAY: "100",
      },
      logFile: this.logFile(app),
    });
  }
}

/** The status of a probe; 0 while nobody answers. */
export async function probe(port: number, path = "ready"): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/health/${path}`).catch(
    () => undefined,
  );
  return answer?.status ?? 0;
}

export async function capturePhase(port: number): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}/health/capture`).catch(
    () => undefined,
  );
  const report: unknown = await answer?.json();
  return typeof report === "object" && report !== null && "phase" in report
    ? report.phase
    : undefined;
}
