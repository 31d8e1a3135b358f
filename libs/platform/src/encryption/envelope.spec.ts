import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { EncryptionKey } from "./encryption-key.js";
import { DecryptionError, Envelope } from "./envelope.js";

const master = EncryptionKey.generate();
const data = EncryptionKey.generate();
const aad = "tenant/account";

const kindOf = (open: () => unknown): string => {
  try {
    open();
  } catch (error) {
    if (error instanceof DecryptionError) return error.kind;
    throw error;
  }
  return "opened";
};

const flip = (text: string, part: number): string => {
  const parts = text.split(".");
  const bytes = Buffer.from(parts[part] ?? "", "base64url");
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  parts[part] = bytes.toString("base64url");
  return parts.join(".");
};

describe("Envelope", () => {
  it.each(["", "geheim", "Paßwort mit Ümlaut 🔑", "x".repeat(10_000)])(
    "gives back what was sealed",
    (secret) => {
      const sealed = Envelope.seal(data, secret, aad);
      expect(Envelope.open(data, sealed, aad).toString()).toBe(secret);
      expect(sealed).toMatch(/^1\.[0-9a-f]{16}\.[\w-]{16}\.[\w-]*\.[\w-]{22}$/);
    },
  );

  it("never seals the same way twice", () => {
    expect(Envelope.seal(data, "geheim", aad)).not.toBe(
      Envelope.seal(data, "geheim", aad),
    );
  });

  it("wraps a data key under a master key", () => {
    const wrapped = Envelope.wrapKey(master, data);
    expect(Envelope.keyIdOf(wrapped)).toBe(master.id);
    const unwrapped = Envelope.unwrapKey(master, wrapped);
    expect(unwrapped.id).toBe(data.id);
    const sealed = Envelope.seal(data, "geheim", aad);
    expect(Envelope.open(unwrapped, sealed, aad).toString()).toBe("geheim");
  });

  it("opens data as before after the master key was rotated", () => {
    const sealed = Envelope.seal(data, "geheim", aad);
    const next = EncryptionKey.generate();
    const rewrapped = Envelope.wrapKey(
      next,
      Envelope.unwrapKey(master, Envelope.wrapKey(master, data)),
    );
    expect(kindOf(() => Envelope.unwrapKey(master, rewrapped))).toBe(
      "unknown-key",
    );
    const key = Envelope.unwrapKey(next, rewrapped);
    expect(Envelope.open(key, sealed, aad).toString()).toBe("geheim");
  });

  const sealed = Envelope.seal(data, "geheim", aad);
  it.each([
    ["another key", () => Envelope.open(master, sealed, aad), "unknown-key"],
    ["another place", () => Envelope.open(data, sealed, "x/y"), "damaged"],
    [
      "a changed nonce",
      () => Envelope.open(data, flip(sealed, 2), aad),
      "damaged",
    ],
    [
      "a changed text",
      () => Envelope.open(data, flip(sealed, 3), aad),
      "damaged",
    ],
    [
      "a changed tag",
      () => Envelope.open(data, flip(sealed, 4), aad),
      "damaged",
    ],
    [
      "a cut tag",
      () => Envelope.open(data, sealed.slice(0, -8), aad),
      "damaged",
    ],
    ["half a text", () => Envelope.open(data, `1.${data.id}`, aad), "damaged"],
    [
      "a newer format",
      () => Envelope.open(data, `2${sealed.slice(1)}`, aad),
      "unknown-version",
    ],
    ["nothing", () => Envelope.open(data, "", aad), "unknown-version"],
    ["data as a key", () => Envelope.unwrapKey(data, sealed), "damaged"],
  ])("refuses %s", (_what, open, kind) => {
    expect(kindOf(open)).toBe(kind);
  });
});

describe("EncryptionKey", () => {
  it("prints nothing of itself but its id", () => {
    const secret = data.bytes().toString("hex");
    for (const text of [
      inspect({ data }),
      JSON.stringify({ data }),
      String(data.id),
    ]) {
      expect(text).toContain(data.id);
      expect(text).not.toContain(secret);
    }
    expect(secret).not.toContain(data.id);
  });

  it("refuses a key of another length", () => {
    expect(() => new EncryptionKey(Buffer.alloc(16))).toThrow("32 bytes");
  });
});
