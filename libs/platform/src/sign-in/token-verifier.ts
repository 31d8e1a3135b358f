import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from "jose";
import { discover } from "./discovery.js";
import { IssuerAway } from "./issuer-away.js";
import { signedIn, type SignedIn } from "./signed-in.js";
import type { SignInConfig } from "./sign-in-config.js";

/** Asymmetric only: with HS256 the published key would be the secret, and `none` proves nothing (RFC 8725 3.1). */
const ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];
/** Seconds that two machines' clocks may differ. */
const CLOCK_TOLERANCE = 5;
/** Milliseconds. Whoever sends tokens with invented keys makes us ask the issuer this often, and no more. */
const KEYS_AGAIN_AFTER = 30_000;
const ISSUER_ANSWERS_WITHIN = 5_000;

export interface TokenVerifierOptions extends Pick<
  SignInConfig,
  | "SIGN_IN_AUDIENCE"
  | "SIGN_IN_TENANT_CLAIM"
  | "SIGN_IN_USER_CLAIM"
  | "SIGN_IN_ROLES_CLAIM"
> {
  readonly issuer: string;
  readonly now?: () => Date;
  /** How soon unknown keys are asked for again, milliseconds. */
  readonly keysAgainAfter?: number;
}

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** Bearer tokens of people, checked against the keys that the issuer publishes. */
export class TokenVerifier {
  #keys: Promise<Keys> | undefined;

  constructor(private readonly options: TokenVerifierOptions) {}

  /** Undefined for a token that is not good here; why is told to nobody. @throws IssuerAway */
  async verify(token: string): Promise<SignedIn | undefined> {
    const payload = await this.#payload(token);
    return payload && signedIn(payload, this.options);
  }

  async #payload(token: string): Promise<JWTPayload | undefined> {
    const { issuer, SIGN_IN_AUDIENCE, now = () => new Date() } = this.options;
    try {
      const { payload } = await jwtVerify(token, await this.#issuersKeys(), {
        issuer,
        audience: SIGN_IN_AUDIENCE,
        algorithms: ALGORITHMS,
        requiredClaims: ["exp", "sub"],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: now(),
      });
      return payload;
    } catch (error) {
      if (tellsOfIssuer(error)) throw new IssuerAway({ cause: error });
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  /** Looked up at first need: a service starts without its issuer. */
  #issuersKeys(): Promise<Keys> {
    const { issuer, keysAgainAfter = KEYS_AGAIN_AFTER } = this.options;
    this.#keys ??= discover(issuer, ISSUER_ANSWERS_WITHIN).then((keysAt) =>
      createRemoteJWKSet(keysAt, {
        cooldownDuration: keysAgainAfter,
        timeoutDuration: ISSUER_ANSWERS_WITHIN,
      }),
    );
    this.#keys.catch(() => {
      this.#keys = undefined;
    });
    return this.#keys;
  }
}

/** No keys could be had; with those of jose's own errors that are about the token the token is at fault. */
const tellsOfIssuer = (error: unknown): boolean =>
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  // jose throws its bare class for an answer that is no 200 or no JSON.
  (error instanceof errors.JOSEError && error.code === "ERR_JOSE_GENERIC") ||
  // fetch: the connection failed.
  error instanceof TypeError;
