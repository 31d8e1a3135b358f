// Running the programs of node_modules/.bin. Plain JavaScript on Node's own
// modules: bootstrap.mjs uses it before anything is installed.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const home = dirname(dirname(fileURLToPath(import.meta.url)));

const bin = join(home, "node_modules", ".bin");

/** The project's own Node, which `npm ci` brings. */
export const projectNode = join(bin, "node");

/** The environment in which `node` is the project's own. */
export const environment = () => ({
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
});

/**
 * Runs a program to its end and gives { code, output }; `code` is 0 if it went
 * well. `onLine` hears every line of its output as it comes.
 */
export function run(command, args, { cwd = home, env, onLine } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => chunks.push(chunk));
      if (onLine) createInterface({ input: stream }).on("line", onLine);
    }
    const done = (code, more = "") =>
      resolve({ code, output: Buffer.concat(chunks).toString("utf8") + more });
    child.once("error", (error) => done(127, `${command}: ${error.message}`));
    child.once("close", (code, signal) =>
      done(code ?? 1, signal === null ? "" : `${command} ended by ${signal}`),
    );
  });
}
