import { Agent, fetch } from "undici";
import type { GraphSite } from "./graph-site.js";

const BACK = "https://sync.example.com/back";

/** What stands in settings in place of a password once somebody has signed in. */
export async function signedIn(
  { graph }: GraphSite,
  address: string,
): Promise<string> {
  const { app, tenant } = graph;
  app.redirectUris = [...new Set([...app.redirectUris, BACK])];
  const base = `${graph.authority}/${tenant.id}/oauth2/v2.0`;
  const asked = {
    client_id: app.clientId,
    redirect_uri: BACK,
    scope: "offline_access Contacts.ReadWrite Calendars.ReadWrite",
  };
  const page = new URLSearchParams({ ...asked, response_type: "code" });
  const back = await graph.signIn.allow(
    `${base}/authorize?${page.toString()}`,
    address,
  );
  const agent = new Agent({ connect: { ca: graph.ca } });
  try {
    const answer = await fetch(`${base}/token`, {
      method: "POST",
      body: new URLSearchParams({
        ...asked,
        grant_type: "authorization_code",
        client_secret: app.secret ?? "",
        code: new URL(back).searchParams.get("code") ?? "",
      }),
      dispatcher: agent,
    });
    const { refresh_token } = (await answer.json()) as {
      refresh_token: string;
    };
    return JSON.stringify({
      ...{ tenant: tenant.id, clientId: app.clientId },
      ...{ refreshToken: refresh_token, secret: app.secret },
    });
  } finally {
    await agent.close();
  }
}
