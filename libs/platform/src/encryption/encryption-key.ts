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

/** The master key of MASTER_KEY_FILE: 32 bytes in base64. @throws ConfigError */
export const loadMasterKey = async (
  file: string,
  variable = "MASTER_KEY_FILE",
): Promise<EncryptionKey> => {
  const bad = (reason: string): ConfigError =>
    new ConfigError([{ name: variable, reason }]);
  const text = await readFile(file, "utf8").catch(() => {
    throw bad("names a file that cannot be read");
  });
  const bytes = Buffer.from(text.trim(), "base64");
  if (bytes.length !== KEY_BYTES)
    throw bad(`must name a file with ${KEY_BYTES} bytes in base64`);
  return new EncryptionKey(bytes);
};
