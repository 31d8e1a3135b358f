import { readFile } from "node:fs/promises";
import {
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from "jose";
import { allOf } from "../config/all-of.js";
import { ConfigError } from "../config/config-error.js";

const ALGORITHM = "EdDSA";
/** Seconds that a token is good for. Short: who steals one has no more time than this. */
const LIFETIME = 60;
/** Seconds that a caller uses one. Signing and checking cost more than most calls do otherwise. */
const REUSED = 20;
/** Tokens that were found good: callers and their replicas, times the few that are good at once. */
const MOST_CHECKED = 1_000;
/** Seconds that two machines' clocks may differ. */
const CLOCK_TOLERANCE = 5;

export interface ServiceKeyFiles {
  readonly SERVICE_KEY_FILE: string;
  readonly SERVICE_KEYS_FILE: string;
}

/** The identity of this service and the public keys of all. Tokens: iss and kid = caller, aud = callee. */
export class ServiceKeys {
  readonly #signed = new Map<
    string,
    { readonly at: number; readonly token: Promise<string> }
  >();
  readonly #checked = new Map<string, Checked>();

  private constructor(
    /** This service's name: what others list as a caller, and the audience of calls to it. */
    readonly name: string,
    private readonly privateKey: CryptoKey,
    private readonly publicKey: JWTVerifyGetKey,
    private readonly now: () => Date,
  ) {}

  /** @throws ConfigError naming the variable whose file cannot be read or is no such key. */
  static async load(files: ServiceKeyFiles): Promise<ServiceKeys> {
    const [own, all] = await allOf([
      readPrivateKey(files.SERVICE_KEY_FILE),
      readPublicKeys(files.SERVICE_KEYS_FILE),
    ]);
    return ServiceKeys.from(own, all);
  }

  /** @throws ConfigError when a key is not what it must be. */
  static async from(
    privateKey: JWK,
    publicKeys: JSONWebKeySet,
    now: () => Date = () => new Date(),
  ): Promise<ServiceKeys> {
    const [{ kid, key }] = await allOf([
      importPrivateKey(privateKey),
      checkPublicKeys(publicKeys),
    ]);
    return new ServiceKeys(kid, key, createLocalJWKSet(publicKeys), now);
  }

  /** A token with which this service calls `audience` now. */
  async sign(audience: string): Promise<string> {
    const now = this.#seconds();
    const last = this.#signed.get(audience);
    if (last && now >= last.at && now - last.at < REUSED) return last.token;
    const token = this.#sign(audience, now);
    this.#signed.set(audience, { at: now, token });
    token.catch(() => this.#signed.delete(audience));
    return token;
  }

  #sign(audience: string, now: number): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM, kid: this.name })
      .setIssuer(this.name)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME)
      .sign(this.privateKey);
  }

  /** The caller's name, or undefined for a token that is not good here: wrong key, audience, issuer or time. */
  async verify(token: string): Promise<string | undefined> {
    const now = this.#seconds();
    const known = this.#checked.get(token);
    if (known && now >= known.from && now <= known.until) return known.caller;
    const checked = await this.#check(token);
    if (!checked) return undefined;
    this.#checked.set(token, checked);
    const [oldest] = this.#checked.keys();
    if (this.#checked.size > MOST_CHECKED && oldest !== undefined)
      this.#checked.delete(oldest);
    return checked.caller;
  }

  async #check(token: string): Promise<Checked | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        this.publicKey,
        {
          algorithms: [ALGORITHM],
          audience: this.name,
          requiredClaims: ["iss", "iat", "exp"],
          // A caller cannot give itself a longer life than ours.
          maxTokenAge: LIFETIME,
          clockTolerance: CLOCK_TOLERANCE,
          currentDate: this.now(),
        },
      );
      // The key is found by kid: a service that signs as itself must not speak as another.
      const { iss, iat = 0, exp = 0 } = payload;
      return iss === undefined || iss !== protectedHeader.kid
        ? undefined
        : { caller: iss, from: iat, until: Math.min(exp, iat + LIFETIME) };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  #seconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }
}

/** Within these seconds a token needs no second look. */
interface Checked {
  readonly caller: string;
  readonly from: number;
  readonly until: number;
}

/** New keys for services: for launchers and tests. Write the private ones where only their service can read them. */
export const generateServiceKeys = async (
  names: readonly string[],
): Promise<{
  privateKeys: ReadonlyMap<string, JWK>;
  publicKeys: JSONWebKeySet;
}> => {
  const privateKeys = new Map<string, JWK>();
  const keys: JWK[] = [];
  for (const name of names) {
    const pair = await generateKeyPair(ALGORITHM, {
      crv: "Ed25519",
      extractable: true,
    });
    const common = { kid: name, alg: ALGORITHM, use: "sig" };
    privateKeys.set(name, { ...(await exportJWK(pair.privateKey)), ...common });
    keys.push({ ...(await exportJWK(pair.publicKey)), ...common });
  }
  return { privateKeys, publicKeys: { keys } };
};

/**
 * Looks into the files of the variables that are set.
 * @throws ConfigError naming each whose file cannot be read or is no such key.
 */
export const checkServiceKeys = async (
  files: Partial<ServiceKeyFiles>,
): Promise<void> => {
  const { SERVICE_KEY_FILE: own, SERVICE_KEYS_FILE: all } = files;
  await allOf([
    own === undefined
      ? Promise.resolve()
      : readPrivateKey(own).then(importPrivateKey),
    all === undefined
      ? Promise.resolve()
      : readPublicKeys(all).then(checkPublicKeys),
  ]);
};

const badFile = (name: string, reason: string): ConfigError =>
  new ConfigError([{ name, reason }]);

const readPrivateKey = async (file: string): Promise<JWK> =>
  (await readJson("SERVICE_KEY_FILE", file)) as JWK;

const readPublicKeys = async (file: string): Promise<JSONWebKeySet> =>
  (await readJson("SERVICE_KEYS_FILE", file)) as unknown as JSONWebKeySet;

const importPrivateKey = async (
  jwk: JWK,
): Promise<{ kid: string; key: CryptoKey }> => {
  const bad = badFile(
    "SERVICE_KEY_FILE",
    "must hold a private Ed25519 JWK whose kid is the service's name",
  );
  const { kid, crv, d } = jwk;
  if (typeof kid !== "string" || crv !== "Ed25519" || d === undefined)
    throw bad;
  const key = await importJWK(jwk, ALGORITHM).catch(() => {
    // Not chained: the library's message may quote the key.
    throw bad;
  });
  if (key instanceof Uint8Array) throw bad;
  return { kid, key };
};

const checkPublicKeys = async ({ keys }: JSONWebKeySet): Promise<void> => {
  const bad = badFile(
    "SERVICE_KEYS_FILE",
    "must hold a JWKS of public keys only",
  );
  if (!Array.isArray(keys)) throw bad;
  for (const jwk of keys as readonly unknown[]) {
    if (typeof jwk !== "object" || jwk === null || "d" in jwk) throw bad;
    await importJWK(jwk, ALGORITHM).catch(() => {
      throw bad;
    });
  }
};

const readJson = async (variable: string, file: string): Promise<object> => {
  const text = await readFile(file, "utf8").catch(() => {
    throw badFile(variable, "names a file that cannot be read");
  });
  const value = parse(text);
  if (typeof value !== "object" || value === null)
    throw badFile(variable, "names a file that is no JSON object");
  return value;
};

/** Without the parser's error: its message quotes the file. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
