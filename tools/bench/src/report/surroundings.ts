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

/** What was measured with: ours, and the Debian packages that this benchmark needs. */
export async function versions(
  bench: Bench,
): Promise<Readonly<Record<string, string>>> {
  const packages = bench.needs.map(({ debianPackage }) => debianPackage);
  return {
    Node: process.version.replace("v", ""),
    PostgreSQL: await postgresVersion(),
    ...Object.fromEntries(packages.map((name) => [name, debianVersion(name)])),
  };
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
