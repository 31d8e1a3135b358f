import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DebianProgram } from "@ams-sync/testing";

export const VDIRSYNCER: DebianProgram = {
  program: "vdirsyncer",
  debianPackage: "vdirsyncer",
};

export interface VdirsyncerOptions {
  /** The server, or the collection itself. */
  readonly url: string;
  /** It sends both as Latin-1, other clients as UTF-8: keep to ASCII. */
  readonly user: string;
  readonly password: string;
  /** The collection, relative to `url` or absolute; it must exist. Default: `url` itself. */
  readonly collection?: string;
  /** Its own: configuration, status and items go there. */
  readonly folder: string;
  /** Default "cards". */
  readonly kind?: "cards" | "events";
}

/**
 * Debian's vdirsyncer between a folder of files and a collection, as the peer
 * to measure against. Each call is one run of its program and gives the seconds
 * that it took, start included; a run that fails throws with what it said.
 *
 *     const pair = await vdirsyncerPair({ url, user, password, collection, folder });
 *     await writeFile(join(pair.items, "1.vcf"), card);   // name = UID is not needed
 *     await pair.discover();                              // once, not measured
 *     const seconds = (await pair.sync()) - (await pair.start());
 *
 * Every item needs a UID of its own. What is in the collection and not in the
 * folder comes into the folder; a side that is suddenly empty stops the run.
 */
export interface VdirsyncerPair {
  /** The folder of files, one item each: `*.vcf` or `*.ics`. */
  readonly items: string;
  /** Makes the collections known to it; needed once before `sync`. */
  discover(): Promise<number>;
  sync(): Promise<number>;
  /** Of `vdirsyncer --version`: what it takes to do nothing at all. */
  start(): Promise<number>;
}

export async function vdirsyncerPair(
  options: VdirsyncerOptions,
): Promise<VdirsyncerPair> {
  const { folder, collection = "", user, password, kind = "cards" } = options;
  const items = join(folder, "items");
  await mkdir(items, { recursive: true });
  const file = join(folder, "config");
  const text = configuration({
    status: join(folder, "status"),
    items,
    ...(kind === "cards"
      ? { type: "carddav", fileext: ".vcf" }
      : { type: "caldav", fileext: ".ics" }),
    url: new URL(collection, options.url).href,
    user,
    password,
  });
  await writeFile(file, text, { mode: 0o600 });
  const run = (...args: string[]) =>
    seconds([...["--config", file], ...args], folder);
  return {
    items,
    discover: () => run("discover", "pair"),
    sync: () => run("--verbosity", "ERROR", "sync", "pair"),
    start: () => seconds(["--version"], folder),
  };
}

// Its values are JSON. Without collections the two storages are the collections.
const configuration = (values: {
  status: string;
  items: string;
  type: string;
  fileext: string;
  url: string;
  user: string;
  password: string;
}): string => {
  const json = JSON.stringify;
  return `[general]
status_path = ${json(values.status)}

[pair pair]
a = "files"
b = "server"
collections = null

[storage files]
type = "filesystem"
path = ${json(values.items)}
fileext = ${json(values.fileext)}

[storage server]
type = ${json(values.type)}
url = ${json(values.url)}
username = ${json(values.user)}
password = ${json(values.password)}
`;
};

function seconds(args: readonly string[], cwd: string): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(VDIRSYNCER.program, [...args], {
      cwd,
      env: { ...process.env, LC_ALL: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve((performance.now() - begin) / 1000);
      else
        reject(
          new Error(
            `vdirsyncer ${args.at(-2)} ended with ${signal ?? code}:\n${output.slice(-2_000)}`,
          ),
        );
    });
  });
}
