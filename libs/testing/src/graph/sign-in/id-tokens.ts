import { randomUUID } from "node:crypto";
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type GenerateKeyPairResult,
  type JWK,
} from "jose";
import type { GraphClock } from "../clock.js";
import type { Grant } from "./grants.js";

interface Key {
  readonly kid: string;
  readonly privateKey: GenerateKeyPairResult["privateKey"];
  readonly jwk: JWK;
}

/** Tells an app who has signed in. The key is made when it is first needed: an RSA key costs more than a whole spec. */
export class IdTokens {
  #key: Promise<Key> | undefined;

  constructor(readonly clock: GraphClock) {}

  #made() {
    this.#key ??= generateKeyPair("RS256").then(
      async ({ privateKey, publicKey }) => ({
        kid: randomUUID(),
        privateKey,
        jwk: await exportJWK(publicKey),
      }),
    );
    return this.#key;
  }

  async keys(): Promise<{ keys: JWK[] }> {
    const { kid, jwk } = await this.#made();
    return { keys: [{ ...jwk, kid, alg: "RS256", use: "sig" }] };
  }

  async issue(
    grant: Grant,
    issuer: string,
    nonce: string | undefined,
  ): Promise<string> {
    const { kid, privateKey } = await this.#made();
    const now = Math.floor(this.clock.epoch() / 1_000);
    const oid = grant.tenant.mailbox(grant.user)?.id ?? grant.user;
    return new SignJWT({
      ver: "2.0",
      tid: grant.tenant.id,
      oid,
      preferred_username: grant.user,
      name: grant.user.split("@")[0],
      ...(nonce !== undefined && { nonce }),
    })
      .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
      .setIssuer(issuer)
      .setSubject(oid)
      .setAudience(grant.app.clientId)
      .setIssuedAt(now)
      .setExpirationTime(now + 3_600)
      .sign(privateKey);
  }
}
