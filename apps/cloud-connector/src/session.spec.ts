import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BOOK,
  identity,
  person,
  type OnTrapServer,
  onTrapServer,
} from "./testing/on-trap-server.js";
import { TrapServer } from "./testing/trap-server.js";
import { CloudConnector } from "./connector.js";
import { TO_LOOPBACK } from "./testing/to-loopback.js";

let on: OnTrapServer;
beforeEach(async () => {
  on = await onTrapServer();
});
afterEach(() => on.stop());

const kind = (expected: string) => ({ kind: expected });

describe("login and discovery", () => {
  it("tells a wrong password from the rest, and asks only once with it", async () => {
    on.server.seen.length = 0;
    await expect(on.open({ password: "falsch" })).rejects.toMatchObject(
      kind("auth"),
    );
    expect(
      on.server.seen.filter(({ path }) => !path.startsWith("/.well")).length,
    ).toBe(1);
  });

  it("says that Digest is not supported", async () => {
    on.server.intercept = () => ({
      status: 401,
      headers: { "www-authenticate": 'Digest realm="x", nonce="y"' },
    });
    await expect(on.open({ password: "anders" })).rejects.toMatchObject({
      kind: "auth",
      message: expect.stringContaining("Digest"),
    });
  });

  it("says that something else answers there", async () => {
    on.server.intercept = () => ({
      status: 200,
      body: "<html>Hallo</html>",
      headers: { "content-type": "text/html" },
    });
    await expect(on.open({ password: "egal" })).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("enter the address"),
    });
  });

  it.each(["relative", "absolute", "none"] as const)(
    "finds the homes with .well-known %s",
    async (wellKnown) => {
      on.server.traps.wellKnown = wellKnown;
      const url = `${on.server.url}${wellKnown === "none" ? "dav/" : ""}`;
      const fresh = new CloudConnector({
        requestTimeoutMs: 1_500,
        egress: TO_LOOPBACK,
      });
      const session = await on.open({ serverUrl: url }, fresh);
      expect(await session.container("contacts")).toBe(
        new URL(BOOK, on.server.url).href,
      );
      expect(await session.container("appointments")).toBe(
        new URL("/dav/home/ams-appointments/", on.server.url).href,
      );
      await fresh.close();
    },
  );

  it("knows its own collections, whoever chose them, from others in their places", async () => {
    const { session } = on;
    for (const kind of ["contacts", "appointments"] as const) {
      const own = await session.container(kind);
      const path = new URL(own).pathname;
      for (const one of [
        own,
        path,
        path.replace(/-/g, "%2D"),
        path.slice(0, -1),
      ])
        expect(session.stream(kind, one).own).toBe(true);
      for (const other of ["/dav/home/eigene/", "/dav/home/ams/", `${path}x/`])
        expect(session.stream(kind, other).own).toBe(false);
    }
    const book = await session.container("contacts");
    expect(session.stream("appointments", book).own).toBe(false);
  });

  it("does not discover again with the same login, but does with another password", async () => {
    on.server.seen.length = 0;
    await on.open();
    expect(on.server.seen).toEqual([]);
    await expect(on.open({ password: "falsch" })).rejects.toMatchObject(
      kind("auth"),
    );
  });

  it("follows redirects of the same server and no others without https", async () => {
    on.server.intercept = ({ path, method }) =>
      path.startsWith("/alt/")
        ? {
            status: method === "PROPFIND" ? 307 : 308,
            headers: { location: path.replace("/alt/", "/dav/") },
          }
        : undefined;
    const found = await on.session.container(
      "contacts",
      "/alt/home/ams-contacts/",
    );
    expect(found).toBe(new URL(BOOK, on.server.url).href);
    const elsewhere = await TrapServer.start();
    on.server.intercept = ({ path }) =>
      path.startsWith("/alt/")
        ? { status: 302, headers: { location: `${elsewhere.url}dav/` } }
        : undefined;
    await expect(
      on.session.container("contacts", "/alt/home/"),
    ).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("https"),
    });
    expect(elsewhere.seen).toEqual([]);
    await elsewhere.stop();
  });

  it("asks for nothing on a server that discovery does not lead to", async () => {
    const elsewhere = await TrapServer.start();
    const bound = `${elsewhere.url}dav/home/ams-contacts/`;
    expect(on.session.settled(bound)).toBe(false);
    const port = on.session.stream("contacts", bound);
    for (const ask of [
      () => on.session.container("contacts", bound),
      () => on.session.container("contacts", undefined, bound),
      () => port.changes(),
      () => port.create(identity(1), person()),
    ])
      await expect(ask()).rejects.toMatchObject({
        kind: "rejected",
        message: expect.stringContaining("the login is not sent there"),
      });
    on.server.intercept = ({ path, body }) =>
      path === "/dav/principal/" && body.includes("home-set")
        ? {
            status: 207,
            headers: { "content-type": "text/xml" },
            body: `<multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><response><href>/dav/principal/</href><propstat><prop><c:addressbook-home-set><href>${elsewhere.url}dav/home/</href></c:addressbook-home-set></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`,
          }
        : undefined;
    const fresh = new CloudConnector({
      requestTimeoutMs: 1_500,
      egress: TO_LOOPBACK,
    });
    await expect(on.open({}, fresh)).rejects.toMatchObject({
      kind: "rejected",
    });
    expect(elsewhere.seen).toEqual([]);
    await fresh.close();
    await elsewhere.stop();
  });

  it("knows what is bound again, by path or address, without asking", async () => {
    const bound = new URL(BOOK, on.server.url).href;
    // What was discovered just now is looked at.
    expect(on.session.settled(bound)).toBe(false);
    const session = await on.open();
    on.server.seen.length = 0;
    for (const chosen of [undefined, BOOK, BOOK.slice(0, -1), bound])
      expect(session.settled(bound, chosen)).toBe(true);
    expect(session.settled(bound, "/dav/home/eigene/")).toBe(false);
    expect(on.server.seen).toEqual([]);
  });

  it("refuses a chosen collection that is not there", async () => {
    await expect(
      on.session.container("contacts", "/dav/home/weg/"),
    ).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("The chosen collection is not there"),
    });
  });

  it("refuses a wanted collection of another kind", async () => {
    const calendar = await on.session.container("appointments");
    await expect(
      on.session.container("contacts", calendar),
    ).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("no address book"),
    });
  });

  it("finds one made by hand where the server lets nobody make one", async () => {
    on.server.collections.clear();
    on.server.collections.set("/dav/home/", "calendar");
    on.server.intercept = ({ method, path, headers }) => {
      if (method === "MKCOL") return { status: 403 };
      if (
        method !== "PROPFIND" ||
        path !== "/dav/home/" ||
        headers.depth !== "1"
      )
        return undefined;
      return {
        status: 207,
        headers: { "content-type": "text/xml" },
        body: `<multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><response><href>/dav/home/</href><propstat><prop><resourcetype><collection/></resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response>${hand}</multistatus>`,
      };
    };
    let hand = "";
    await expect(on.session.container("contacts")).rejects.toMatchObject({
      kind: "rejected",
    });
    hand =
      "<response><href>/dav/home/von-hand</href><propstat><prop><resourcetype><collection/><c:addressbook/></resourcetype><displayname>ams</displayname></prop><status>HTTP/1.1 200 OK</status></propstat></response>";
    expect(await on.session.container("contacts")).toBe(
      new URL("/dav/home/von-hand/", on.server.url).href,
    );
  });

  it("says nothing of a body in an error, and nothing of the password", async () => {
    on.server.intercept = () => ({
      status: 403,
      headers: { "content-type": "text/xml" },
      body: '<error xmlns="DAV:">Frau Käthe Müller geheim</error>',
    });
    const error = await on.port
      .create(identity(1), person())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(kind("rejected"));
    expect(JSON.stringify(error) + String(error)).not.toMatch(
      /Müller|geheim|Groß/,
    );
  });
});
