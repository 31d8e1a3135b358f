// Builds what is not built yet. Nx puts all of `dist` back from its cache at each
// run, under the feet of programs that were started from it: it is asked only where
// a source or an output is not what the last build left.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { home, run } from "./run.mjs";

const stamp = join(home, ".data", "build.stamp");

/** Of the checkout as a whole: what every room's build reads. */
const COMMON = [
  "nx.json",
  "package.json",
  "package-lock.json",
  "tsconfig.base.json",
];
/** Of a room. `src/generated` is made from `proto`. */
const SOURCE =
  /^(?:package\.json|tsconfig\.json|buf\.[^/]+|index\.html|vite\.config\.ts|[^/]+\.mjs|(?:proto|server|src(?!\/generated\/))\/.*(?<!\.spec\.ts))$/;

/** Gives { code, output } as `run` does; `onBuild` hears that there is something to build. */
export async function build(onBuild = () => undefined) {
  const sources = await hashOfSources();
  const last = await readFile(stamp, "utf8").catch(() => undefined);
  if (last === `${sources} ${await hashOfOutputs()}`)
    return { code: 0, output: "" };
  onBuild({ first: last === undefined });
  const result = await run("nx", ["run-many", "-t", "build"], {
    env: { NX_DAEMON: "false", NX_TUI: "false" },
  });
  if (result.code === 0) {
    await mkdir(dirname(stamp), { recursive: true });
    // The sources as they were before it: what was edited meanwhile is built next time.
    await writeFile(stamp, `${sources} ${await hashOfOutputs()}`);
  }
  return result;
}

async function hashOfSources() {
  const hash = createHash("sha256");
  const add = async (path) =>
    hash.update(`${path}\0`).update(await readFile(join(home, path)));
  for (const path of COMMON) if (existsSync(join(home, path))) await add(path);
  for (const room of await rooms())
    for (const path of await below(room, (name) => name === "dist"))
      if (SOURCE.test(path.slice(room.length + 1))) await add(path);
  return hash.digest("hex");
}

/** By size and time: what anybody rebuilt, edited or removed is seen without reading 3,000 files. */
async function hashOfOutputs() {
  const hash = createHash("sha256");
  for (const room of await rooms())
    for (const path of await below(`${room}/dist`, () => false)) {
      const { size, mtimeMs } = await stat(join(home, path));
      hash.update(`${path}\0${size} ${mtimeMs}\0`);
    }
  return hash.digest("hex");
}

async function rooms() {
  const found = [];
  for (const group of ["apps", "libs", "tools"])
    for (const name of await readdir(join(home, group)).catch(() => []))
      if (existsSync(join(home, group, name, "package.json")))
        found.push(`${group}/${name}`);
  return found.sort();
}

/** All files of a folder, in order; none where it is not there. */
async function below(folder, without) {
  const entries = await readdir(join(home, folder), {
    withFileTypes: true,
  }).catch(() => []);
  const found = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) found.push(path);
    else if (entry.name !== "node_modules" && !without(entry.name))
      found.push(...(await below(path, without)));
  }
  return found;
}
