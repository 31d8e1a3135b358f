import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** A program that the machine should have, and the package that brings it. */
export interface DebianProgram {
  /** A name on the path, or the absolute path of a file that can be run. */
  readonly program: string;
  readonly debianPackage: string;
}

/**
 * Installs with apt what is missing, if this is a Debian and this process may
 * (root). Gives the programs that are missing afterwards, each with its reason;
 * `say` hears one line before something is installed.
 */
export async function installMissing(
  wanted: readonly DebianProgram[],
  say: (line: string) => void,
): Promise<{ program: string; reason: string }[]> {
  const missing = wanted.filter(({ program }) => !onPath(program));
  if (missing.length === 0) return [];
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const all = (reason: string) =>
    missing.map(({ program }) => ({ program, reason }));
  const byHand = `apt-get install ${packages.join(" ")}`;
  if (!onPath("apt-get"))
    return all(`there is no apt-get here; install ${packages.join(", ")}`);
  if (process.getuid?.() !== 0)
    return all(`only root may install it; run: sudo ${byHand}`);

  say(`Installing ${packages.join(", ")} with apt-get …`);
  const install = ["install", "-y", "--no-install-recommends", ...packages];
  // Package lists of a fresh machine are empty or old.
  let result = await aptGet(["update"]);
  if (result.code === 0) result = await aptGet(install);
  return missing
    .filter(({ program }) => !onPath(program))
    .map(({ program }) => ({
      program,
      reason: `${byHand} failed: ${result.output.trim().split("\n").at(-1)}`,
    }));
}

function onPath(program: string): boolean {
  const places = isAbsolute(program)
    ? [program]
    : (process.env["PATH"] ?? "")
        .split(delimiter)
        .map((folder) => join(folder, program));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function aptGet(args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn("apt-get", ["-q", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    child.once("error", (error) =>
      resolve({ code: 127, output: error.message }),
    );
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
