import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { postgresVersion } from "@ams-sync/testing";
import type { Bench } from "../bench.js";
import type { Machine } from "./bench-record.js";

export function machine(): Machine {
  const all = cpus();
  return {
    system: `${distribution()}, Linux ${release()}`,
    processor: all[0]?.model.replace(/\s+/g, " ").trim() ?? "unknown",
    cores: all.length,
    memoryGb: Math.round(totalmem() / 1e9),
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

/** What was measured, and with what: our commit, our parts, and the Debian packages that this benchmark needs. */
export async function versions(
  bench: Bench,
): Promise<Readonly<Record<string, string>>> {
  const packages = bench.needs.map(({ debianPackage }) => debianPackage);
  return {
    ...commit(),
    Node: process.version.replace("v", ""),
    PostgreSQL: await postgresVersion(),
    ...Object.fromEntries(packages.map((name) => [name, debianVersion(name)])),
  };
}

/** Of the work tree, with a "+" where files differ from it; nothing outside of one, as in an unpacked archive. */
function commit(): Readonly<Record<string, string>> {
  const { status, stdout } = spawnSync(
    "git",
    ["describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"],
    { encoding: "utf8", cwd: import.meta.dirname },
  );
  return status === 0 ? { "ams-sync": stdout.trim() } : {};
}

function debianVersion(name: string): string {
  const { stdout } = spawnSync(
    "dpkg-query",
    ["--show", "--showformat=${Version}", name],
    { encoding: "utf8" },
  );
  return stdout || "unknown";
}

function distribution(): string {
  try {
    const text = readFileSync("/etc/os-release", "utf8");
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(text)?.[1] ?? "Linux";
  } catch {
    // Not there on every Linux; the kernel is named anyway.
    return "Linux";
  }
}
