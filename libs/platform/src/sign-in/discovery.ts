import { z } from "zod";
import { IssuerAway } from "./issuer-away.js";

const metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * Where the issuer publishes its keys (OpenID Connect Discovery 1.0 section 4). What it says must be of itself: another
 * one's document would bring another one's keys.
 * @throws IssuerAway
 */
export async function discover(issuer: string, withinMs: number): Promise<URL> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(withinMs),
      redirect: "error",
      headers: { accept: "application/json" },
    });
    if (!answer.ok) throw new Error(`${url} answered with ${answer.status}`);
    const found = metadata.parse(await answer.json());
    if (found.issuer !== issuer)
      throw new Error(`${url} is of another issuer than SIGN_IN_ISSUER`);
    return new URL(found.jwks_uri);
  } catch (cause) {
    throw new IssuerAway({ cause });
  }
}
