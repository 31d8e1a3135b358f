import type { RawAnswer, RawRequest } from "../http/listener.js";
import { invalidRequest, SignInRefusal } from "./answers.js";
import type { App, Tenant } from "./directory.js";
import type { Grants } from "./grants.js";

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");

const page = (tenant: Tenant, url: string): string => `<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Anmeldung (Simulator)</title></head>
<body style="font-family: sans-serif; max-width: 30rem; margin: 4rem auto">
<h1>Simulator der Microsoft-Anmeldung</h1>
<p>Dies ist nicht Microsoft. Kein Kennwort ist nötig.</p>
<form method="post" action="${escaped(url)}">
${[...tenant.mailboxes.values()]
  .map(
    ({ address }) =>
      `<p><button name="user" value="${escaped(address)}">Als ${escaped(address)} anmelden und erlauben</button></p>`,
  )
  .join("\n")}
<p><button name="decline" value="yes">Ablehnen</button></p>
</form></body></html>`;

const REDIRECT_PAGE: Pick<RawAnswer, "status" | "body"> = {
  status: 302,
  body: "",
};

/** `GET` and `POST /{tenant}/oauth2/v2.0/authorize`: the page, and what its buttons do. */
export function authorize(
  tenant: Tenant,
  app: App,
  grants: Grants,
  request: RawRequest,
): RawAnswer {
  const asked = new URL(request.url, "http://sign-in").searchParams;
  const redirectUri = checkAsked(asked, app);
  const form = new URLSearchParams(request.body.toString("utf8"));
  const state = asked.get("state");
  const back = (values: Record<string, string>): RawAnswer => {
    const to = new URL(redirectUri);
    for (const [name, value] of Object.entries(values))
      to.searchParams.set(name, value);
    if (state !== null) to.searchParams.set("state", state);
    return { ...REDIRECT_PAGE, headers: { location: to.href } };
  };
  if (form.has("decline"))
    return back({
      error: "access_denied",
      error_description:
        "AADSTS65004: User declined to consent to access the app.",
    });
  const user = form.get("user");
  if (user === null)
    return {
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
      body: page(tenant, request.url),
    };
  const mailbox = tenant.mailbox(user);
  if (mailbox === undefined)
    throw new SignInRefusal(
      400,
      "access_denied",
      50020,
      `User account '${user.slice(0, 200)}' does not exist in tenant '${tenant.id}' and cannot access the application.`,
    );
  // To allow again is what mends a withdrawn consent.
  app.revoked.delete(mailbox.address.toLowerCase());
  const grant = {
    tenant,
    app,
    user: mailbox.address,
    scopes: scopesOf(asked.get("scope") ?? "", app),
  };
  const code = grants.code(grant, {
    redirectUri,
    challenge: asked.get("code_challenge") ?? undefined,
    nonce: asked.get("nonce") ?? undefined,
  });
  return back({ code });
}

function checkAsked(asked: URLSearchParams, app: App): string {
  const redirectUri = asked.get("redirect_uri") ?? "";
  if (!app.redirectUris.includes(redirectUri))
    throw invalidRequest(
      50011,
      `The redirect URI '${redirectUri.slice(0, 200)}' specified in the request does not match the redirect URIs configured for the application '${app.clientId}'.`,
    );
  if (asked.get("response_type") !== "code")
    throw invalidRequest(
      700051,
      "The 'response_type' is not enabled for the application.",
    );
  const method = asked.get("code_challenge_method");
  if (asked.has("code_challenge") && method !== "S256")
    throw invalidRequest(
      9002313,
      "The 'code_challenge_method' must be 'S256'.",
    );
  return redirectUri;
}

/** Without the resource that may stand before them. */
export function scopesOf(scope: string, app: App): string[] {
  const names = scope
    .split(/\s+/)
    .filter(Boolean)
    .map((name) => name.replace(/^https?:\/\/[^/]+\/+/, ""));
  const wanted = names.includes(".default")
    ? [...names.filter((name) => name !== ".default"), ...app.scopes]
    : names;
  const strange = wanted.find((name) => !app.scopes.includes(name));
  if (strange !== undefined)
    throw invalidRequest(
      70011,
      `The provided value for the input parameter 'scope' is not valid: '${strange.slice(0, 100)}'.`,
    );
  return [...new Set(wanted)];
}
