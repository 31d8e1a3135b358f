import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateServiceKeys, ServiceKeys } from "@ams-sync/platform";
import type { Logins } from "./databases.js";
import type { Folders } from "./folders.js";
import { OPTIONAL_SERVICES, SERVICE_NAMES } from "./service-names.js";

/** The identity with which people's tools call settings and state. */
export const OPERATOR = "console";

export interface Secrets {
  readonly masterKeyFile: string;
  /** JWKS with the public keys of all services. */
  readonly publicKeysFile: string;
  privateKeyFile(service: string): string;
  /** Signs calls as the operator. */
  readonly operator: ServiceKeys;
  /** The embedded PostgreSQL's administrator. */
  readonly postgresPassword: string;
}

/**
 * Keys of this stack. What opens stored data (master key, database password) is
 * made once; what services prove themselves with is new at each start.
 */
export async function makeSecrets(folder: string): Promise<Secrets> {
  const masterKeyFile = join(folder, "master.key");
  await once(masterKeyFile, () => randomBytes(32).toString("base64"));
  const postgresPassword = await once(join(folder, "postgres.password"), () =>
    randomBytes(18).toString("base64url"),
  );
  const names = [...SERVICE_NAMES, ...OPTIONAL_SERVICES, OPERATOR];
  const { privateKeys, publicKeys } = await generateServiceKeys(names);
  const privateKeyFile = (name: string) => join(folder, `${name}.jwk`);
  for (const [name, key] of privateKeys)
    await writeSecret(privateKeyFile(name), JSON.stringify(key));
  const publicKeysFile = join(folder, "services.jwks");
  await writeSecret(publicKeysFile, JSON.stringify(publicKeys));
  const operator = await ServiceKeys.load({
    SERVICE_KEY_FILE: privateKeyFile(OPERATOR),
    SERVICE_KEYS_FILE: publicKeysFile,
  });
  return {
    masterKeyFile,
    publicKeysFile,
    privateKeyFile,
    operator,
    postgresPassword,
  };
}

/** What a service is told of several ams databases; a single one goes into its environment. */
export async function writeAmsDatabases(
  folders: Pick<Folders, "secrets">,
  { ams }: Pick<Logins, "ams">,
  login: "connector" | "console" = "connector",
): Promise<string | undefined> {
  if (ams.size < 2) return undefined;
  const urls = [...ams].map(([source, logins]) => [source, logins[login]]);
  const name = login === "connector" ? "databases" : "people";
  const file = join(folders.secrets, `ams-${name}.json`);
  await writeSecret(file, JSON.stringify(Object.fromEntries(urls)));
  return file;
}

/** What `npm run keys` and `npm run tenant` read, for a shell: every value is a URL or a path. */
export async function writeHostingEnv(
  folders: Pick<Folders, "secrets">,
  { own }: Pick<Logins, "own">,
  masterKeyFile: string,
  redisUrl: string | undefined,
): Promise<string> {
  const variables = {
    KEYS_DATABASE_URL: own.keys,
    SETTINGS_DATABASE_URL: own.tenants,
    STATE_DATABASE_URL: own.tenants,
    ...(redisUrl === undefined
      ? { QUEUE_DATABASE_URL: own.queue }
      : { REDIS_URL: redisUrl }),
    MASTER_KEY_FILE: masterKeyFile,
  };
  const file = join(folders.secrets, "hosting.env");
  const lines = Object.entries(variables).map(
    ([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`,
  );
  await writeSecret(file, lines.join(""));
  return file;
}

/** PEM, for NODE_EXTRA_CA_CERTS. */
export async function writeCertificate(
  folders: Pick<Folders, "secrets">,
  pem: string,
): Promise<string> {
  const file = join(folders.secrets, "graph.pem");
  await writeSecret(file, pem);
  return file;
}

const writeSecret = (file: string, text: string): Promise<void> =>
  writeFile(file, text, { mode: 0o600 });

/** The file's text; a file that is not there is made. */
async function once(file: string, make: () => string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT"))
      throw error;
    const text = make();
    await writeSecret(file, text);
    return text;
  }
}
