import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importJWK, SignJWT, type JWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateServiceKeys, ServiceKeys } from "./service-keys.js";

const start = new Date("2026-10-25T00:59:30Z");
let now = start;
const clock = (): Date => now;

let dir: string;
let state: ServiceKeys;
let capture: ServiceKeys;
let capturePrivate: JWK;
let generated: Awaited<ReturnType<typeof generateServiceKeys>>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "keys-"));
  generated = await generateServiceKeys(["state", "change-capture"]);
  const { privateKeys, publicKeys } = generated;
  capturePrivate = privateKeys.get("change-capture") ?? {};
  state = await ServiceKeys.from(
    privateKeys.get("state") ?? {},
    publicKeys,
    clock,
  );
  capture = await ServiceKeys.from(capturePrivate, publicKeys, clock);
});
afterAll(() => rm(dir, { recursive: true }));

/** A token that change-capture's own key signs, with whatever in it. */
const forged = async (
  payload: Record<string, unknown>,
  kid = "change-capture",
): Promise<string> =>
  new SignJWT(payload)
    .setProtectedHeader({ alg: "EdDSA", kid })
    .sign(await importJWK(capturePrivate, "EdDSA"));

const seconds = (offset: number): number => start.getTime() / 1000 + offset;
const good = {
  iss: "change-capture",
  aud: "state",
  iat: seconds(0),
  exp: seconds(60),
};

describe("ServiceKeys", () => {
  it("is named by its key", () => {
    expect(capture.name).toBe("change-capture");
  });

  it("proves the caller to the service that is meant, for a minute", async () => {
    now = start;
    const token = await capture.sign("state");
    expect(await state.verify(token)).toBe("change-capture");
    expect(await capture.verify(token)).toBeUndefined();
    now = new Date(start.getTime() + 59_000);
    expect(await state.verify(token)).toBe("change-capture");
    now = new Date(start.getTime() + 66_000);
    expect(await state.verify(token)).toBeUndefined();
    now = start;
  });

  it("signs anew before a token grows old, and for each service that is called", async () => {
    now = start;
    const first = await capture.sign("state");
    expect(await capture.sign("settings")).not.toBe(first);
    now = new Date(start.getTime() + 19_000);
    expect(await capture.sign("state")).toBe(first);
    now = new Date(start.getTime() + 20_000);
    const second = await capture.sign("state");
    expect(second).not.toBe(first);
    expect(await state.verify(second)).toBe("change-capture");
    // A clock that was set back: the token would be of the future.
    now = start;
    const third = await capture.sign("state");
    expect(third).not.toBe(second);
    expect(await state.verify(third)).toBe("change-capture");
  });

  it("does not take what it has found good once for good at any time", async () => {
    now = start;
    const token = await forged({ ...good, exp: seconds(10) });
    expect(await state.verify(token)).toBe("change-capture");
    expect(await state.verify(token)).toBe("change-capture");
    now = new Date(start.getTime() + 16_000);
    expect(await state.verify(token)).toBeUndefined();
    now = new Date(start.getTime() - 60_000);
    expect(await state.verify(token)).toBeUndefined();
    now = start;
    // The first of the signature: of the last characters not every bit counts, and they may be these by chance.
    const [head, body, signature] = token.split(".") as [
      string,
      string,
      string,
    ];
    const other = signature.startsWith("A") ? "B" : "A";
    expect(
      await state.verify(`${head}.${body}.${other}${signature.slice(1)}`),
    ).toBeUndefined();
  });

  it("takes the token that the refused ones below differ from", async () => {
    expect(await state.verify(await forged(good))).toBe("change-capture");
  });

  it.each([
    ["the name of another service", { ...good, iss: "state" }],
    ["no name", { aud: good.aud, iat: good.iat, exp: good.exp }],
    ["no audience", { iss: good.iss, iat: good.iat, exp: good.exp }],
    ["no end", { iss: good.iss, aud: good.aud, iat: good.iat }],
    ["no beginning", { iss: good.iss, aud: good.aud, exp: good.exp }],
    ["a long life", { ...good, iat: seconds(-3600), exp: seconds(86_400) }],
    [
      "a beginning to come",
      { ...good, iat: seconds(3600), exp: seconds(3660) },
    ],
  ])("refuses %s", async (_what, payload) => {
    expect(await state.verify(await forged(payload))).toBeUndefined();
  });

  it("refuses another's key id", async () => {
    const token = await forged({ ...good, iss: "state" }, "state");
    expect(await state.verify(token)).toBeUndefined();
  });

  it.each(["", "x", "a.b.c"])("refuses the text %o", async (token) => {
    expect(await state.verify(token)).toBeUndefined();
  });
});

describe("ServiceKeys.load", () => {
  const write = async (name: string, content: string): Promise<string> => {
    const file = join(dir, name);
    await writeFile(file, content);
    return file;
  };

  it("reads both files", async () => {
    const keys = await ServiceKeys.load({
      SERVICE_KEY_FILE: await write("own", JSON.stringify(capturePrivate)),
      SERVICE_KEYS_FILE: await write(
        "all",
        JSON.stringify(generated.publicKeys),
      ),
    });
    expect(keys.name).toBe("change-capture");
  });

  it.each([
    ["SERVICE_KEY_FILE", "not JSON", "geheim", undefined],
    ["SERVICE_KEY_FILE", "a public key", "public", undefined],
    ["SERVICE_KEYS_FILE", "not JSON", undefined, "geheim"],
    ["SERVICE_KEYS_FILE", "private keys", undefined, "private"],
  ])(
    "names %s when it holds %s, and nothing of it",
    async (variable, _what, own, all) => {
      const { publicKeys } = generated;
      const contents: Record<string, string> = {
        geheim: "geheim",
        public: JSON.stringify(publicKeys.keys[1]),
        private: JSON.stringify({ keys: [capturePrivate] }),
      };
      const load = ServiceKeys.load({
        SERVICE_KEY_FILE: await write(
          "o",
          contents[own ?? ""] ?? JSON.stringify(capturePrivate),
        ),
        SERVICE_KEYS_FILE: await write(
          "a",
          contents[all ?? ""] ?? JSON.stringify(publicKeys),
        ),
      });
      const error: unknown = await load.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        name: "ConfigError",
        variables: [{ name: variable }],
      });
      expect(String(error)).not.toContain("geheim");
      expect(String(error)).not.toContain(capturePrivate.d);
    },
  );

  it("names every file that is not there", async () => {
    await expect(
      ServiceKeys.load({
        SERVICE_KEY_FILE: join(dir, "none"),
        SERVICE_KEYS_FILE: "",
      }),
    ).rejects.toMatchObject({
      variables: [{ name: "SERVICE_KEY_FILE" }, { name: "SERVICE_KEYS_FILE" }],
    });
  });
});
