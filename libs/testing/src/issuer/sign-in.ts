import { createHash, randomBytes } from "node:crypto";

export interface SignIn {
  readonly url: string;
  readonly clientId: string;
  readonly redirect: string;
  readonly login: string;
}

const MOST_STEPS = 10;

/** The way of a browser: authorize, log in, come back with a code, and change it for a token (RFC 7636). */
export async function signIn(how: SignIn): Promise<string> {
  const verifier = randomBytes(32).toString("base64url");
  const authorize = new URL("/auth", how.url);
  authorize.search = new URLSearchParams({
    client_id: how.clientId,
    response_type: "code",
    redirect_uri: how.redirect,
    scope: "openid profile ams",
    state: randomBytes(8).toString("base64url"),
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  const code = await codeFrom(authorize, how);
  const answer = await fetch(new URL("/token", how.url), {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: how.clientId,
      redirect_uri: how.redirect,
      code,
      code_verifier: verifier,
    }),
  });
  const { access_token: token } = (await answer.json()) as {
    access_token?: string;
  };
  if (!answer.ok || token === undefined)
    throw new Error(`the issuer gave no token (${answer.status})`);
  return token;
}

async function codeFrom(begin: URL, how: SignIn): Promise<string> {
  const cookies = new Map<string, string>();
  let at = begin;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const answer = await fetch(at, {
      redirect: "manual",
      headers: {
        cookie: [...cookies].map((pair) => pair.join("=")).join("; "),
      },
      ...(form && { method: "POST", body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location === null) {
      if (form !== undefined || !at.pathname.startsWith("/login/"))
        throw new Error(`the issuer does not know "${how.login}"`);
      form = new URLSearchParams({ login: how.login });
      continue;
    }
    form = undefined;
    at = new URL(location, at);
    if (at.href.startsWith(how.redirect)) {
      const code = at.searchParams.get("code");
      if (code === null)
        throw new Error(`sign-in failed: ${at.searchParams.get("error")}`);
      return code;
    }
  }
  throw new Error("the issuer sends in a circle");
}
