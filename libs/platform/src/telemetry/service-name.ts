import { readFileSync } from "node:fs";

/**
 * What traces call this process: OTEL_SERVICE_NAME, else the name that its private key carries, else the folder of
 * its app (`apps/state/dist/migrate.js`). A key file that is not good is the start's matter, not ours.
 */
export const serviceName = (
  env: NodeJS.ProcessEnv,
  program: string | undefined,
): string | undefined =>
  env["OTEL_SERVICE_NAME"] ||
  nameInKey(env["SERVICE_KEY_FILE"]) ||
  /[\\/](?:apps|libs)[\\/]([^\\/]+)[\\/](?:dist|src)[\\/]/.exec(
    `/${program ?? ""}`,
  )?.[1];

const nameInKey = (file: string | undefined): string | undefined => {
  if (!file) return undefined;
  try {
    const { kid } = JSON.parse(readFileSync(file, "utf8")) as { kid?: unknown };
    return typeof kid === "string" ? kid : undefined;
  } catch {
    return undefined;
  }
};
