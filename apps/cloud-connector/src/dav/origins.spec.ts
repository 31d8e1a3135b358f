import { MockAgent } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Http } from "./http.js";

const LOGIN = `Basic ${Buffer.from("jörg:geheim").toString("base64")}`;

/** Every request that was sent, and with which login; what no answer is prepared for is never sent. */
let agent: MockAgent;
let sent: (readonly [url: string, login: string | undefined])[];
beforeEach(() => {
  sent = [];
  agent = new MockAgent();
  agent.disableNetConnect();
});
afterEach(() => agent.close());

const answers = (
  url: string,
  statusCode: number,
  headers: Record<string, string> = {},
): void => {
  const { origin, pathname } = new URL(url);
  agent
    .get(origin)
    .intercept({ path: pathname, method: "PROPFIND" })
    .reply((request) => {
      const all = new Headers(request.headers as Record<string, string>);
      sent.push([url, all.get("authorization") ?? undefined]);
      return { statusCode, data: "", responseOptions: { headers } };
    });
};

const httpTo = (serverUrl: string): Http =>
  new Http({
    serverUrl: new URL(serverUrl),
    username: "jörg",
    password: "geheim",
    agent,
    freshAgent: agent,
    timeoutMs: 1_000,
    maxBodyBytes: 1_000,
    signal: new AbortController().signal,
    now: () => 0,
  });
const ask = (http: Http, url: string) => http.send({ method: "PROPFIND", url });

describe("the login", () => {
  it("follows .well-known to another host with https, and goes there from then on", async () => {
    const http = httpTo("https://wolke.example/");
    answers("https://wolke.example/.well-known/carddav", 301, {
      location: "https://dav.wolke.example/dav/",
    });
    answers("https://dav.wolke.example/dav/", 207);
    const answer = await ask(http, "https://wolke.example/.well-known/carddav");
    expect(answer.status).toBe(207);
    expect(sent).toEqual([
      ["https://wolke.example/.well-known/carddav", LOGIN],
      ["https://dav.wolke.example/dav/", LOGIN],
    ]);
    expect(http.knows("https://dav.wolke.example/buch/")).toBe(true);
  });

  it("follows a host to its own https", async () => {
    const http = httpTo("http://wolke.example/");
    answers("http://wolke.example/dav/", 308, {
      location: "https://wolke.example/dav/",
    });
    answers("https://wolke.example/dav/", 207);
    expect((await ask(http, "http://wolke.example/dav/")).status).toBe(207);
  });

  it.each([
    ["another host", "https://fremd.example/dav/", "redirects to fremd"],
    ["another port", "https://wolke.example:8443/dav/", "redirects to wolke"],
    ["no https", "http://wolke.example/dav/", "without https"],
    ["another host without https", "http://fremd.example/", "without https"],
  ])("follows no other redirect to %s", async (_what, location, message) => {
    const http = httpTo("https://wolke.example/");
    answers("https://wolke.example/buch/", 302, { location });
    answers(location, 207);
    await expect(
      ask(http, "https://wolke.example/buch/"),
    ).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining(message),
    });
    expect(sent.length).toBe(1);
  });

  it("does not follow even .well-known away from https", async () => {
    const http = httpTo("https://wolke.example/");
    answers("https://wolke.example/.well-known/caldav", 301, {
      location: "http://wolke.example/dav/",
    });
    await expect(
      ask(http, "https://wolke.example/.well-known/caldav"),
    ).rejects.toMatchObject({ kind: "rejected" });
    expect(sent.length).toBe(1);
  });

  it("goes to no address that discovery has not led to", async () => {
    const http = httpTo("https://wolke.example/");
    const bound = "https://alt.example/jörg/ams-contacts/";
    answers(bound, 207);
    await expect(ask(http, bound)).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("the login is not sent there"),
    });
    expect(() => http.lead("http://alt.example/")).toThrow("without https");
    expect(sent).toEqual([]);
    http.lead("https://alt.example/");
    expect((await ask(http, bound)).status).toBe(207);
    expect(sent.map(([, login]) => login)).toEqual([LOGIN]);
  });
});
