import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOM = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A built program of this room, as `npm run` starts it, but for the building. */
export const runTool = (
  name: "keys" | "tenant",
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(ROOM, "dist", `${name}.js`), ...args],
      { env: { PATH: process.env["PATH"], ...env } },
      (_error, out, err) =>
        resolve({ code: child.exitCode ?? -1, said: `${out}${err}` }),
    );
    child.stdin?.end();
  });
