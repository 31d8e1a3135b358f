import type { IncomingMessage, ServerResponse } from "node:http";
import type { Provider } from "oidc-provider";
import type { IssuerUser } from "./user.js";

const LONGEST_FORM = 4_096;

/** The provider's own answers, and the page that asks who somebody is. */
export function interactions(
  provider: Provider,
  users: () => Promise<readonly IssuerUser[]>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const answer = provider.callback();
  return async (request, response) => {
    try {
      if (!/^\/login\/[\w-]+$/.test(request.url ?? ""))
        return answer(request, response);
      const known = await users();
      const login =
        request.method === "POST" ? await typed(request) : undefined;
      if (known.some((user) => user.login === login))
        return await provider.interactionFinished(request, response, {
          login: { accountId: login ?? "" },
        });
      show(response, page(known, login));
    } catch (error) {
      // A form that is older than this process, for example.
      const text = error instanceof Error ? error.message : "";
      response
        .writeHead(400, { "content-type": "text/plain; charset=utf-8" })
        .end(`Bitte neu anmelden / please sign in again. ${text}\n`);
    }
  };
}

async function typed(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LONGEST_FORM) throw new Error("The form is too long.");
  }
  return new URLSearchParams(text).get("login") ?? "";
}

const show = (response: ServerResponse, html: string): void => {
  response
    .writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'",
    })
    .end(html);
};

const page = (
  users: readonly IssuerUser[],
  refused: string | undefined,
): string => `<!doctype html>
<html lang="de">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Anmelden</title>
<style>body{font:1rem system-ui;max-width:24rem;margin:4rem auto;padding:0 1rem}input,button{font:inherit;width:100%;padding:.5rem;margin:.25rem 0;box-sizing:border-box}</style>
<h1>Anmelden</h1>
<form method="post">
<label for="login">Benutzer (Demo, ohne Kennwort)</label>
<input id="login" name="login" list="users" required autofocus autocomplete="username">
<datalist id="users">${users
  .slice(0, 100)
  .map(
    ({ login, name }) =>
      `<option value="${escaped(login)}">${escaped(name)}</option>`,
  )
  .join("")}</datalist>
${refused === undefined ? "" : `<p role="alert">„${escaped(refused)}“ gibt es nicht.</p>`}
<button type="submit">Weiter</button>
</form>
</html>
`;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
