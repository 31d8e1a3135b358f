// `npm run lint`: node tools/lint.mjs [folder]. Runs every check, prints what is
// wrong, and ends with 1 if anything is.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { home, run } from "./run.mjs";

const root = resolve(process.argv[2] ?? home);
const tool = (name, args, cwd = root) => run(name, args, { cwd });

const checks = {
  rules: () => tool("oxlint", ["--deny-warnings"]),

  boundaries: () =>
    tool("depcruise", [
      ...["--config", join(root, ".dependency-cruiser.mjs")],
      ...["libs", "apps", "tools"].filter((dir) => existsSync(join(root, dir))),
    ]),

  format: () => tool("prettier", ["--check", "--log-level", "warn", "."]),

  "lock file": async () => {
    const text = await readFile(join(root, "package-lock.json"), "utf8");
    const packages = Object.entries(JSON.parse(text).packages);
    const has = (name) =>
      packages.some(([path]) => path.endsWith(`node_modules/${name}`));
    const problems = packages.flatMap(([path, entry]) => [
      // A registry's host in the lock would bind everybody to that registry.
      ...(/^https?:/.test(entry.resolved ?? "")
        ? [`${path} names the host that it came from`]
        : []),
      // npm may write a lock without some platforms' packages: npm ci rejects it.
      ...Object.keys(entry.optionalDependencies ?? {})
        .filter((name) => !has(name))
        .map((name) => `${path} may want ${name}, which the lock lacks`),
    ]);
    return { code: problems.length, output: problems.join("\n") };
  },

  contracts: async () => {
    const room = join(root, "libs", "contracts");
    if (!existsSync(room)) return { code: 0, output: "" };
    const fresh = await mkdtemp(join(tmpdir(), "ams-sync-contracts-"));
    try {
      const made = await tool("buf", ["generate", "-o", fresh], room);
      if (made.code !== 0) return made;
      const generated = join("src", "generated");
      const pair = [fresh, room].map((dir) => join(dir, generated));
      const { code, output } = await tool("diff", ["-r", "-q", ...pair]);
      return { code, output: `${output}Run npm run generate.` };
    } finally {
      await rm(fresh, { recursive: true });
    }
  },
};

const results = await Promise.all(
  Object.entries(checks).map(async ([name, check]) => {
    const start = performance.now();
    const { code, output } = await check();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
    if (code !== 0) console.log(output.trimEnd());
    return code === 0;
  }),
);
process.exitCode = results.every(Boolean) ? 0 : 1;
