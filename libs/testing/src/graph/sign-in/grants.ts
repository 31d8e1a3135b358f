import { createHash, randomUUID } from "node:crypto";
import type { GraphClock } from "../clock.js";
import { invalidGrant } from "./answers.js";
import type { App, Tenant } from "./directory.js";

/** What somebody allowed an app to do. */
export interface Grant {
  readonly tenant: Tenant;
  readonly app: App;
  readonly user: string;
  readonly scopes: readonly string[];
}

interface Code extends Grant {
  readonly redirectUri: string;
  readonly challenge: string | undefined;
  readonly nonce: string | undefined;
  readonly until: number;
  used: boolean;
}

const CODE_MS = 600_000;

export const allowed = ({ app, user }: Grant): boolean =>
  !app.revoked.has("*") && !app.revoked.has(user.toLowerCase());

const consentMissing = ({ app }: Grant) =>
  invalidGrant(
    65001,
    `The user or administrator has not consented to use the application with ID '${app.clientId}'. Send an interactive authorization request for this user and resource.`,
  );

/** Authorization codes and refresh tokens. */
export class Grants {
  readonly #codes = new Map<string, Code>();
  readonly #refresh = new Map<string, Grant>();

  constructor(readonly clock: GraphClock) {}

  code(
    grant: Grant,
    asked: Pick<Code, "redirectUri" | "challenge" | "nonce">,
  ): string {
    const code = `0.${randomUUID()}`;
    const until = this.clock.epoch() + CODE_MS;
    this.#codes.set(code, { ...grant, ...asked, until, used: false });
    return code;
  }

  /** @returns what the code stands for; once */
  redeem(
    form: URLSearchParams,
    app: App,
  ): Grant & { readonly nonce: string | undefined } {
    const code = this.#codes.get(form.get("code") ?? "");
    if (code === undefined || code.app !== app)
      throw invalidGrant(
        70000,
        "The provided authorization code is malformed.",
      );
    if (code.used)
      throw invalidGrant(
        54005,
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
      );
    if (code.until <= this.clock.epoch())
      throw invalidGrant(
        70008,
        "The provided authorization code or refresh token has expired due to inactivity.",
      );
    if (form.get("redirect_uri") !== code.redirectUri)
      throw invalidGrant(
        500112,
        "The reply address does not match the reply address provided when requesting the authorization code.",
      );
    checkVerifier(code.challenge, form.get("code_verifier"));
    if (!allowed(code)) throw consentMissing(code);
    code.used = true;
    return code;
  }

  refreshToken(grant: Grant): string {
    const token = `1.${randomUUID()}`;
    this.#refresh.set(token, grant);
    return token;
  }

  refresh(token: string, app: App): Grant {
    const grant = this.#refresh.get(token);
    if (grant === undefined || grant.app !== app)
      throw invalidGrant(
        50173,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.",
      );
    if (!allowed(grant)) throw consentMissing(grant);
    return grant;
  }

  /** As after a new password: whoever was signed in is not any more. */
  endSessions(user: string): void {
    for (const [token, grant] of this.#refresh)
      if (grant.user.toLowerCase() === user.toLowerCase())
        this.#refresh.delete(token);
  }
}

/** RFC 7636, S256 only. */
function checkVerifier(
  challenge: string | undefined,
  verifier: string | null,
): void {
  if (challenge === undefined) return;
  const made = createHash("sha256")
    .update(verifier ?? "")
    .digest("base64url");
  if (made !== challenge)
    throw invalidGrant(
      501481,
      "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    );
}
