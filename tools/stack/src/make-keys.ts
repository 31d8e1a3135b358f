import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateServiceKeys } from "@ams-sync/platform";
import { OPERATOR } from "./secrets.js";
import { OPTIONAL_SERVICES, SERVICE_NAMES } from "./service-names.js";

/** `npm run keys -- FOLDER`: what docker and k8s mount. Never overwrites a key: data is sealed with it. */
async function main(folder: string | undefined): Promise<number> {
  if (folder === undefined || folder.startsWith("-")) {
    process.stderr.write(
      "npm run keys -- FOLDER\n\nMakes the services' keys and the master key in a new folder. `npm run keys -- --help` tells what else it does.\n",
    );
    return 2;
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { privateKeys, publicKeys } = await generateServiceKeys([
    ...SERVICE_NAMES,
    ...OPTIONAL_SERVICES,
    OPERATOR,
  ]);
  const files = new Map([
    ["master.key", randomBytes(32).toString("base64")],
    ["services.jwks", JSON.stringify(publicKeys)],
  ]);
  for (const [name, key] of privateKeys)
    files.set(`${name}.jwk`, JSON.stringify(key));
  for (const [name, text] of files)
    await writeFile(join(folder, name), text, { mode: 0o600, flag: "wx" });
  process.stdout.write(
    `${folder}: ${[...files.keys()].join(", ")}. Keep master.key safe: without it no stored password opens.\n`,
  );
  return 0;
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  const taken =
    error instanceof Error && "code" in error && error.code === "EEXIST";
  process.stderr.write(
    taken
      ? "There are keys already; they stay as they are. Give another folder.\n"
      : `${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
