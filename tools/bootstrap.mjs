// Where `npm test` and `npm run demo`, `stack`, `keys`, `tenant`, `test:long`,
// `test:security`, `bench`, `contract` begin. Runs on any Node
// from 20 on and without node_modules: sees to the packages and the build, then
// hands over to the real program on the project's own Node.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./built.mjs";
import { ensureInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { environment, home, projectNode } from "./run.mjs";

const OLDEST_NODE = 20;

const PROGRAMS = {
  demo: {
    file: "tools/demo/dist/main.js",
    build: true,
    // Its DAV server, unless it is given one.
    needs: (args) =>
      args.some((arg) => /^--(cloud-url|help)/.test(arg))
        ? []
        : [{ program: "radicale", debianPackage: "radicale" }],
  },
  stack: { file: "tools/stack/dist/main.js", build: true },
  keys: {
    file: "tools/stack/dist/make-keys.js",
    build: true,
    // What works on stored keys runs in containers, too, where there is no stack.
    words: ["master", "rotate", "shred", "--help"],
    otherFile: "tools/hosting/dist/keys.js",
  },
  tenant: { file: "tools/hosting/dist/tenant.js", build: true },
  // Builds by itself, as a failed build is one of its results.
  test: { file: "tools/test.mjs", build: false },
  "test:security": { file: "tools/security.mjs", build: false },
  "test:long": { file: "tools/test.mjs", first: ["--long"], build: false },
  // Sees to the programs that it measures against by itself.
  bench: { file: "tools/bench/dist/main.js", build: true },
  contract: { file: "tools/contract/dist/main.js", build: true },
};

const say = (line) => process.stderr.write(`${line}\n`);

async function buildIfNeeded() {
  const { code, output } = await build(({ first }) =>
    say(
      first
        ? "Building, about a minute the first time …"
        : "Building what has changed …",
    ),
  );
  if (code !== 0) throw new Error(`The build failed:\n${output.trimEnd()}`);
}

/** Debian packages that the program needs, where apt may bring them. */
async function install(wanted) {
  const { installMissing } = await import(
    pathToFileURL(join(home, "libs/testing/dist/debian-packages.js")).href
  );
  for (const { program, reason } of await installMissing(wanted, say))
    say(`${program} is missing: ${reason}.`);
}

/** Runs the program in this terminal; gives its exit code. */
function handOver(file, args) {
  const child = spawn(projectNode, [join(home, file), ...args], {
    stdio: "inherit",
    env: environment(),
  });
  // Ctrl-C reaches the program too, as it reaches everything in the terminal;
  // kill reaches only this process. The program takes a second signal calmly.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal]),
    );
  });
}

async function main([name, ...args]) {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE)
    throw new Error(
      `This needs Node ${OLDEST_NODE} or newer to start; this is ${process.version}.`,
    );
  const known = PROGRAMS[name];
  const program = known?.words?.includes(args[0])
    ? { ...known, file: known.otherFile }
    : known;
  if (program === undefined)
    throw new Error(
      `Give one of: ${Object.keys(PROGRAMS).join(", ")}. There is no "${name}".`,
    );
  const isThere = () => existsSync(join(home, program.file));
  await withLock(say, async () => {
    await ensureInstalled(say);
    // A help text needs nothing new, and nobody likes to wait for it.
    const helps = args.includes("--help") && isThere();
    if (program.build && !helps) await buildIfNeeded();
    const needs = program.needs?.(args) ?? [];
    if (needs.length > 0) await install(needs);
  });
  if (!isThere())
    throw new Error(`${program.file} is missing although the build went well.`);
  return handOver(program.file, [...(program.first ?? []), ...args]);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error.message);
  if (process.argv[2]?.startsWith("test"))
    console.log("0 passed, 1 failed, 0 skipped");
  process.exitCode = 1;
}
