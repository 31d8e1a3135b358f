// Brings node_modules to what package-lock.json says, if it is not there yet.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { home, projectNode, run } from "./run.mjs";

/**
 * What is wrong with the installed packages, in a few words; undefined if they
 * are what the lock asks for. npm writes down what it installed, last of all: a
 * broken-off installation lacks that file.
 */
export function whatIsMissing(lock, installed) {
  if (installed === undefined) return "npm packages are not installed";
  for (const [path, wanted] of Object.entries(lock.packages)) {
    // Workspaces and the root itself; npm records only what it puts there.
    if (!path.includes("node_modules/") || wanted.link) continue;
    const there = installed.packages[path];
    // Of the optional ones, another platform's are left out.
    if (
      there === undefined ? !wanted.optional : there.version !== wanted.version
    )
      return "npm packages are not those of package-lock.json";
  }
  for (const [path, { link }] of Object.entries(lock.packages))
    if (link && installed.packages[path] === undefined)
      return "a room of this checkout is not linked";
  return undefined;
}

export async function ensureInstalled(say) {
  const read = async (...path) => {
    const text = await readFile(join(home, ...path), "utf8").catch(() => "");
    return text === "" ? undefined : JSON.parse(text);
  };
  const lock = await read("package-lock.json");
  if (lock === undefined) throw new Error("package-lock.json is missing.");
  const installed = await read("node_modules", ".package-lock.json");
  const reason =
    whatIsMissing(lock, installed) ??
    (existsSync(projectNode) ? undefined : "the project's own Node is missing");
  if (reason === undefined) return;
  say(`Running npm ci, about half a minute: ${reason}.`);
  // The npm that started this, as there may be several on a machine.
  const npm = process.env.npm_execpath;
  const [command, ...first] =
    npm === undefined ? ["npm"] : [process.execPath, npm];
  const { code, output } = await run(
    command,
    [...first, "ci", "--include=dev"],
    {
      // Set by hand in some shells and images: it would leave the compiler out.
      env: { NODE_ENV: "development" },
    },
  );
  if (code !== 0 || !existsSync(projectNode))
    throw new Error(`npm ci failed:\n${output.trimEnd()}`);
}
