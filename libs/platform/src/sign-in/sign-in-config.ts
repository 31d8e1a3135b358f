import { z } from "zod";

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const issuer = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) =>
      !URL.canParse(text) ||
      new URL(text).protocol === "https:" ||
      LOOPBACK.test(new URL(text).hostname),
    "must begin with https://; http:// is for this machine only",
  );

const claim = z.string().min(1).max(200);

/** Who vouches for people. Without an issuer a service has no REST API. */
export const signInConfig = z.object({
  /** The issuer's identifier, exactly as it stands in its tokens. */
  SIGN_IN_ISSUER: issuer.optional(),
  /** What tokens for these APIs carry as `aud`; not the console's client id, or its ID tokens would do as well. */
  SIGN_IN_AUDIENCE: z.string().min(1).default("urn:ams-sync:api"),
  /** The console's, a public client. */
  SIGN_IN_CLIENT_ID: z.string().min(1).default("ams-sync-console"),
  SIGN_IN_SCOPE: z.string().min(1).default("openid profile ams"),
  /** Claims of the access token. */
  SIGN_IN_TENANT_CLAIM: claim.default("tenant_id"),
  SIGN_IN_USER_CLAIM: claim.default("ams_user_id"),
  SIGN_IN_ROLES_CLAIM: claim.default("roles"),
});
export type SignInConfig = z.infer<typeof signInConfig>;

/** Use it on the app's whole schema, as a refined schema cannot be extended. */
export const requireOwnAudience = <S extends z.ZodType>(schema: S): S =>
  schema.refine(
    (config) => {
      const { SIGN_IN_AUDIENCE, SIGN_IN_CLIENT_ID } = config as SignInConfig;
      return SIGN_IN_AUDIENCE !== SIGN_IN_CLIENT_ID;
    },
    {
      path: ["SIGN_IN_AUDIENCE"],
      message:
        "must differ from SIGN_IN_CLIENT_ID, or ID tokens would pass for access tokens",
    },
  );
