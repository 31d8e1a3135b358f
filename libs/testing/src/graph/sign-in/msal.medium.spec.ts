import {
  ConfidentialClientApplication,
  type INetworkModule,
} from "@azure/msal-node";
import { X509Certificate } from "node:crypto";
import { Agent, fetch } from "undici";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startGraph, type App, type Graph } from "../index.js";
import { selfSigned } from "../tls/certificate.js";

const BACK = "http://127.0.0.1:1/back";
const SCOPES = ["https://graph.microsoft.com/.default"];

let graph: Graph;
let agent: Agent;

beforeAll(async () => {
  graph = await startGraph({ strict: false });
  agent = new Agent({ connect: { ca: graph.ca } });
  graph.app.redirectUris = [BACK];
  graph.mailbox("anna@makler.example");
});
afterAll(async () => {
  await agent.close();
  await graph.stop();
});

/** MSAL's requests, with trust in the simulator's certificate. */
const network = (): INetworkModule => {
  const send = async (
    url: string,
    method: string,
    options?: { headers?: Record<string, string>; body?: string },
  ) => {
    const response = await fetch(url, {
      method,
      dispatcher: agent,
      ...(options?.headers && { headers: options.headers }),
      ...(options?.body !== undefined && { body: options.body }),
    });
    return {
      headers: Object.fromEntries(response.headers),
      body: (await response.json()) as never,
      status: response.status,
    };
  };
  return {
    sendGetRequestAsync: (url, options) => send(url, "GET", options),
    sendPostRequestAsync: (url, options) => send(url, "POST", options),
  };
};

const client = (app: App, auth: object, tenant = graph.tenant.id) =>
  new ConfidentialClientApplication({
    auth: {
      clientId: app.clientId,
      authority: `${graph.authority}/${tenant}`,
      knownAuthorities: [new URL(graph.authority).host],
      ...auth,
    },
    system: { networkClient: network() },
  });

const reads = async (token: string | undefined, at: string) =>
  (
    await fetch(graph.url + at, {
      headers: { authorization: `Bearer ${token}` },
    })
  ).status;

it("signs an app in with its secret and with its certificate", async () => {
  const secret = graph.app.secret ?? "";
  const first = client(graph.app, { clientSecret: secret });
  const got = await first.acquireTokenByClientCredential({ scopes: SCOPES });
  const at = "/users/anna@makler.example/contacts";
  expect(await reads(got?.accessToken, at)).toBe(200);

  const { certificate, key } = await selfSigned("app", "rsa");
  const app = graph.tenant.register({ certificate });
  const thumbprintSha256 = new X509Certificate(
    certificate,
  ).fingerprint256.replaceAll(":", "");
  const second = client(app, {
    clientCertificate: { thumbprintSha256, privateKey: key },
  });
  const other = await second.acquireTokenByClientCredential({ scopes: SCOPES });
  expect(await reads(other?.accessToken, at)).toBe(200);
});

it("signs a user in and stays signed in until the consent is withdrawn", async () => {
  const msal = client(graph.app, { clientSecret: graph.app.secret ?? "" });
  const scopes = ["Contacts.ReadWrite", "offline_access"];
  const url = await msal.getAuthCodeUrl({ scopes, redirectUri: BACK });
  const back = new URL(await graph.signIn.allow(url, "anna@makler.example"));
  const got = await msal.acquireTokenByCode({
    scopes,
    redirectUri: BACK,
    code: back.searchParams.get("code") ?? "",
  });
  expect(got.account?.username).toBe("anna@makler.example");
  expect(await reads(got.accessToken, "/me/contacts")).toBe(200);
  const silent = () => {
    if (got.account === null) throw new Error("MSAL knows no account.");
    return msal.acquireTokenSilent({
      scopes,
      account: got.account,
      forceRefresh: true,
    });
  };
  expect(await reads((await silent()).accessToken, "/me/contacts")).toBe(200);
  graph.app.revoked.add("*");
  await expect(silent()).rejects.toMatchObject({
    errorCode: "invalid_grant",
    errorMessage: expect.stringContaining("AADSTS65001"),
  });
});

it("hears what is wrong", async () => {
  const bad = client(graph.app, { clientSecret: "x" });
  await expect(
    bad.acquireTokenByClientCredential({ scopes: SCOPES }),
  ).rejects.toThrow("AADSTS7000215");
  const elsewhere = client(
    graph.app,
    { clientSecret: graph.app.secret ?? "" },
    "11111111-1111-4111-8111-111111111111",
  );
  await expect(
    elsewhere.acquireTokenByClientCredential({ scopes: SCOPES }),
  ).rejects.toThrow();
});
