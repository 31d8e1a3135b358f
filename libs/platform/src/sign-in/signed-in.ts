import type { JWTPayload } from "jose";
import { z } from "zod";
import type { SignInConfig } from "./sign-in-config.js";

/** A user of ams, as the token names one. */
export interface Person {
  readonly tenantId: string;
  readonly userId: string;
}

/** Who calls. A hoster need not be anybody's user. */
export interface SignedIn {
  readonly person?: Person;
  readonly hoster: boolean;
}

const HOSTER = "hoster";
const tenant = z.guid().transform((id) => id.toLowerCase());
/** Some issuers write numbers; ams counts in PostgreSQL's bigint. */
const user = z
  .union([z.string(), z.int().transform(String)])
  .pipe(z.string().regex(/^[1-9]\d{0,17}$/));
const roles = z.union([z.array(z.string()), z.string()]);

/** Undefined where the token names nobody whom these services know. */
export function signedIn(
  payload: JWTPayload,
  claims: Pick<
    SignInConfig,
    "SIGN_IN_TENANT_CLAIM" | "SIGN_IN_USER_CLAIM" | "SIGN_IN_ROLES_CLAIM"
  >,
): SignedIn | undefined {
  const tenantId = tenant.safeParse(payload[claims.SIGN_IN_TENANT_CLAIM]);
  const userId = user.safeParse(payload[claims.SIGN_IN_USER_CLAIM]);
  const named = roles.safeParse(payload[claims.SIGN_IN_ROLES_CLAIM]);
  const hoster = named.success && [named.data].flat().includes(HOSTER);
  if (tenantId.success && userId.success)
    return { person: { tenantId: tenantId.data, userId: userId.data }, hoster };
  return hoster ? { hoster } : undefined;
}
