import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { EncryptionKey } from "./encryption-key.js";

/**
 * Sealed text: `1.<key id>.<nonce>.<ciphertext>.<tag>`, the last three base64url. AES-256-GCM, NIST SP 800-38D: 96-bit
 * random nonce, 128-bit tag. Version and key id are authenticated with the caller's data.
 */
const VERSION = "1";
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAPPING = "ams-sync data key";

export type DecryptionProblem = "unknown-version" | "unknown-key" | "damaged";

export class DecryptionError extends Error {
  override readonly name = "DecryptionError";

  constructor(readonly kind: DecryptionProblem) {
    super(
      {
        "unknown-version":
          "This was sealed by a newer release: upgrade before reading it.",
        "unknown-key":
          "This was sealed with a key that is not loaded: give the service that key too.",
        damaged:
          "This was changed after sealing or belongs to something else: save the secret again.",
      }[kind],
    );
  }
}

const headerOf = (keyId: string): string => `${VERSION}.${keyId}`;
const associated = (keyId: string, aad: string): Buffer =>
  Buffer.from(`${headerOf(keyId)}\n${aad}`);

/** @param aad what the secret belongs to, for example tenant and account: sealed text moved elsewhere does not open. */
const seal = (
  key: EncryptionKey,
  plaintext: string | Uint8Array,
  aad: string,
): string => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes(), nonce, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(associated(key.id, aad));
  const sealed = Buffer.concat([
    cipher.update(Buffer.from(plaintext)),
    cipher.final(),
  ]);
  const parts = [nonce, sealed, cipher.getAuthTag()].map((part) =>
    part.toString("base64url"),
  );
  return [headerOf(key.id), ...parts].join(".");
};

/** @throws DecryptionError */
const open = (key: EncryptionKey, text: string, aad: string): Buffer => {
  const [version, keyId, ...rest] = text.split(".");
  if (version !== VERSION) throw new DecryptionError("unknown-version");
  if (keyId !== key.id) throw new DecryptionError("unknown-key");
  const [nonce, sealed, tag] = rest.map((part) =>
    Buffer.from(part, "base64url"),
  );
  if (
    nonce?.length !== NONCE_BYTES ||
    sealed === undefined ||
    tag?.length !== TAG_BYTES
  ) {
    throw new DecryptionError("damaged");
  }
  const decipher = createDecipheriv(CIPHER, key.bytes(), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associated(keyId, aad));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    // node:crypto says no more than that it does not fit.
    throw new DecryptionError("damaged");
  }
};

/** Id of the key that opens a sealed text: which of several master keys, during a rotation. */
const keyIdOf = (text: string): string => text.split(".")[1] ?? "";

/** A tenant's data key under the master key. Rotation: unwrap with the old, wrap with the new; data stays as it is. */
const wrapKey = (masterKey: EncryptionKey, dataKey: EncryptionKey): string =>
  seal(masterKey, dataKey.bytes(), WRAPPING);

/** @throws DecryptionError */
const unwrapKey = (masterKey: EncryptionKey, wrapped: string): EncryptionKey =>
  new EncryptionKey(open(masterKey, wrapped, WRAPPING));

/** Envelope encryption: data under a data key per tenant, data keys under the master key. Pure but for randomness. */
export const Envelope = { seal, open, wrapKey, unwrapKey, keyIdOf } as const;
