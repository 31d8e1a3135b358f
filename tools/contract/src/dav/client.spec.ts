import { MockAgent } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DavClient } from "./client.js";
import { findHomes } from "./homes.js";
import { DavStranger } from "./stranger.js";

/** What no answer is prepared for is never sent. */
let agent: MockAgent;
let sent: string[];
beforeEach(() => {
  sent = [];
  agent = new MockAgent();
  agent.disableNetConnect();
});
afterEach(() => agent.close());

const answers = (
  method: string,
  url: string,
  statusCode: number,
  data = "",
  headers: Record<string, string> = {},
): void => {
  const { origin, pathname } = new URL(url);
  agent
    .get(origin)
    .intercept({ path: pathname, method })
    .reply(() => {
      sent.push(url);
      return { statusCode, data, responseOptions: { headers } };
    });
};
const redirects = (url: string, location: string): void =>
  answers("PROPFIND", url, 301, "", { location });
const names = (url: string, props: string): void =>
  answers(
    "PROPFIND",
    url,
    207,
    `<multistatus xmlns="DAV:"><response><href>/</href><propstat><prop>${props}</prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`,
  );
const named = (property: string, href: string): string =>
  `<${property}><href>${href}</href></${property}>`;

const clientAt = (url: string): DavClient =>
  new DavClient(
    { url, username: "jörg", password: "geheim" },
    { dispatcher: agent },
  );
const ask = (client: DavClient, url: string) => client.ask("PROPFIND", url);

describe("the login", () => {
  it.each([
    ["https://dav.example/dav/", "http://dav.example/dav/"],
    ["https://dav.example/dav/", "https://other.example/dav/"],
    ["https://dav.example/.well-known/carddav", "http://other.example/"],
    ["http://dav.example:8080/dav/", "http://dav.example:8081/dav/"],
    ["http://dav.example/dav/", "https://other.example/dav/"],
  ])("stays where %s redirects to %s", async (from, to) => {
    redirects(from, to);
    answers("PROPFIND", to, 207);
    expect(await ask(clientAt(from), from)).toMatchObject({ status: 301 });
    expect(sent).toEqual([from]);
  });

  it.each([
    ["http://dav.example/dav/", "https://dav.example/dav/"],
    ["https://dav.example/dav/", "https://dav.example/other/"],
    ["https://dav.example/.well-known/carddav", "https://p1.example/dav/"],
  ])("goes on where %s redirects to %s", async (from, to) => {
    redirects(from, to);
    answers("PROPFIND", to, 207);
    expect(await ask(clientAt(from), from)).toMatchObject({ status: 207 });
    expect(sent).toEqual([from, to]);
  });

  it("is not sent to an address that discovery did not lead to", async () => {
    const client = clientAt("https://dav.example/");
    for (const url of ["http://dav.example/", "https://other.example/"])
      await expect(ask(client, url)).rejects.toThrow("is not sent there");
    expect(sent).toEqual([]);
  });

  it("is sent to principals and homes elsewhere with https only", async () => {
    const start = "https://dav.example/";
    names(start, named("current-user-principal", "http://dav.example/me/"));
    await expect(findHomes(clientAt(start))).rejects.toThrow("without https");
    expect(sent).toEqual([start]);
  });
});

describe("discovery", () => {
  const start = "https://dav.example/";
  it("goes on where the first address is forbidden: that is no wrong password", async () => {
    answers("PROPFIND", start, 403);
    names(
      `${start}.well-known/carddav`,
      named("current-user-principal", "/me/"),
    );
    names(`${start}me/`, named("calendar-home-set", "/calendars/"));
    // One kind only is fine.
    expect(await findHomes(clientAt(start))).toEqual({
      appointments: `${start}calendars/`,
    });
  });

  it("says that everything is forbidden, and not that the password is wrong", async () => {
    for (const path of ["", ".well-known/carddav", ".well-known/caldav", ""])
      answers("PROPFIND", `${start}${path}`, 403);
    await expect(findHomes(clientAt(start))).rejects.toThrow(
      /forbids this login/,
    );
  });

  it("stops at a wrong password", async () => {
    answers("PROPFIND", start, 401);
    await expect(findHomes(clientAt(start))).rejects.toThrow("not accepted");
    expect(sent).toEqual([start]);
  });
});

it("works in homes on another host", async () => {
  const start = "https://dav.example/";
  const home = "https://p07.example";
  names(start, named("current-user-principal", "/me/"));
  names(
    `${start}me/`,
    named("addressbook-home-set", `${home}/books`) +
      named("calendar-home-set", `${home}/calendars/`),
  );
  const client = clientAt(start);
  const homes = await findHomes(client);
  expect(homes).toEqual({
    contacts: `${home}/books/`,
    appointments: `${home}/calendars/`,
  });
  const pool = agent.get(home);
  const made = /^\/books\/ams-contract-.*\/$/;
  pool.intercept({ path: made, method: "MKCOL" }).reply(201);
  pool
    .intercept({ path: made, method: "PROPFIND" })
    .reply(
      207,
      `<multistatus xmlns="DAV:"><response><href>/</href><propstat><prop><resourcetype><addressbook/></resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`,
    );
  pool.intercept({ path: /\.vcf$/, method: "PUT" }).reply(201);
  pool.intercept({ path: /\.vcf$/, method: "DELETE" }).reply(204);
  const stranger = new DavStranger(client, homes);
  const container = await stranger.container("contacts", "Büro");
  const id = await stranger.put(container, "rich-card", { escaped: true });
  await stranger.remove(id);
  agent.assertNoPendingInterceptors();
});
