import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import { ConfigError } from "../config/config-error.js";

const KEY_BYTES = 32;

/** A 256-bit key that prints as its id only. */
export class EncryptionKey {
  /** Names the key without telling it: what is sealed says which key opens it. */
  readonly id: string;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    if (bytes.length !== KEY_BYTES)
      throw new TypeError(`an encryption key has ${KEY_BYTES} bytes`);
    this.#bytes = Buffer.from(bytes);
    this.id = createHash("sha256")
      .update("ams-sync key id")
      .update(bytes)
      .digest("hex")
      .slice(0, 16);
  }

  static generate(): EncryptionKey {
    return new EncryptionKey(randomBytes(KEY_BYTES));
  }

  /** The key itself; do not keep or print it. */
  bytes(): Buffer {
    return this.#bytes;
  }

  toJSON(): string {
    return `key ${this.id}`;
  }

  [inspect.custom](): string {
    return `EncryptionKey ${this.id}`;
  }
}

const bad = (name: string, reason: string): ConfigError =>
  new ConfigError([{ name, reason }]);

/** The master key of MASTER_KEY_FILE: 32 bytes in base64. @throws ConfigError */
export const loadMasterKey = async (
  file: string,
  variable = "MASTER_KEY_FILE",
): Promise<EncryptionKey> => {
  const text = await readFile(file, "utf8").catch(() => {
    throw bad(variable, "names a file that cannot be read");
  });
  return (
    keyOf(text) ??
    raise(bad(variable, `must name a file with ${KEY_BYTES} bytes in base64`))
  );
};

type Variable = "MASTER_KEY" | "MASTER_KEY_NEXT";

/**
 * The key of one of the variables `name` and `name`_FILE; undefined where neither is set. A file is the better place, as
 * what is in the environment shows to whoever may look at the process.
 * @throws ConfigError
 */
export const masterKeyOf = async (
  env: { readonly [variable: string]: unknown },
  name: Variable,
): Promise<EncryptionKey | undefined> => {
  const [text, file] = [env[name], env[`${name}_FILE`]];
  if (text && file)
    throw bad(`${name}_FILE`, `${name} or ${name}_FILE, not both`);
  if (typeof file === "string" && file !== "")
    return loadMasterKey(file, `${name}_FILE`);
  if (typeof text !== "string" || text === "") return undefined;
  return (
    keyOf(text) ?? raise(bad(name, `must be ${KEY_BYTES} bytes in base64`))
  );
};

const keyOf = (text: string): EncryptionKey | undefined => {
  const bytes = Buffer.from(text.trim(), "base64");
  return bytes.length === KEY_BYTES ? new EncryptionKey(bytes) : undefined;
};

const raise = (error: Error): never => {
  throw error;
};
