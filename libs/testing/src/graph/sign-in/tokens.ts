import { randomBytes, randomUUID } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import type { GraphClock } from "../clock.js";
import { Refusal } from "../http/refusal.js";

/** Who calls Graph: an app for itself, or for a user. */
export interface Caller {
  readonly tenant: string;
  readonly app: string;
  /** Application permissions; empty where a user is meant. */
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** Address of the user, with delegated permissions. */
  readonly user?: string;
}

const AUDIENCE = "https://graph.microsoft.com";

const unauthorised = (message: string): Refusal =>
  new Refusal(401, "InvalidAuthenticationToken", message, {
    "www-authenticate": "Bearer",
  });

/** Access tokens for Graph: opaque to whoever carries them, so their key is nobody's business. */
export class AccessTokens {
  #key = randomBytes(32);
  #verified = new Map<string, { caller: Caller; until: number }>();

  constructor(
    readonly clock: GraphClock,
    /** Seconds. */
    public lifetime: number,
  ) {}

  async issue(caller: Caller): Promise<string> {
    const { tenant, app, roles, scopes, user } = caller;
    const now = Math.floor(this.clock.epoch() / 1_000);
    return new SignJWT({
      tid: tenant,
      appid: app,
      ...(user === undefined
        ? { idtyp: "app", roles: [...roles] }
        : { scp: scopes.join(" "), upn: user }),
    })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer(`https://sts.windows.net/${tenant}/`)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + this.lifetime)
      .setJti(randomUUID())
      .sign(this.#key);
  }

  /** All that were issued are void at once. */
  void(): void {
    this.#key = randomBytes(32);
    this.#verified = new Map();
  }

  async caller(authorization: string | undefined): Promise<Caller> {
    const [, token] = /^Bearer\s+(\S+)$/i.exec(authorization ?? "") ?? [];
    if (token === undefined) throw unauthorised("Access token is empty.");
    const known = this.#verified.get(token);
    if (known !== undefined && known.until > this.clock.epoch())
      return known.caller;
    const { payload } = await jwtVerify(token, this.#key, {
      audience: AUDIENCE,
      currentDate: new Date(this.clock.epoch()),
    }).catch((error: unknown) => {
      throw unauthorised(
        error instanceof errors.JWTExpired
          ? "Lifetime validation failed, the token is expired."
          : "Access token validation failure. Invalid signature or audience.",
      );
    });
    const { tid, appid, roles = [], scp = "", upn, exp = 0 } = payload;
    const caller: Caller = {
      tenant: String(tid),
      app: String(appid),
      roles: roles as string[],
      scopes: String(scp).split(" ").filter(Boolean),
      ...(upn !== undefined && { user: String(upn) }),
    };
    this.#verified.set(token, { caller, until: exp * 1_000 });
    return caller;
  }
}
