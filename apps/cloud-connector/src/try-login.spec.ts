import { MockAgent } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discover } from "./dav/discovery.js";
import { Http } from "./dav/http.js";
import { tryLogin } from "./try-login.js";

/** Every host that got the login. */
let asked: Set<string>;
let agent: MockAgent;
beforeEach(() => {
  asked = new Set();
  agent = new MockAgent();
  agent.disableNetConnect();
});
afterEach(() => agent.close());

const TYPED = "https://wolke.example/";
const httpTo = (stays: boolean): Http =>
  new Http({
    ...{ serverUrl: new URL(TYPED), username: "jörg", password: "geheim" },
    ...{ agent, freshAgent: agent, timeoutMs: 1_000, maxBodyBytes: 10_000 },
    ...{ signal: new AbortController().signal, now: () => 0, stays },
  });

const answering = (
  origin: string,
  answer: (path: string) => {
    statusCode: number;
    data?: string;
    responseOptions?: { headers: Record<string, string> };
  },
): void => {
  agent
    .get(origin)
    .intercept({ path: () => true, method: "PROPFIND" })
    .reply(({ path }) => {
      asked.add(new URL(origin).host);
      return { data: "", ...answer(path) };
    })
    .persist();
};

const multistatus = (path: string, property: string) => ({
  statusCode: 207,
  data: `<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:card="urn:ietf:params:xml:ns:carddav"><d:response><d:href>${path}</d:href><d:propstat><d:prop>${property}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>`,
  responseOptions: { headers: { "content-type": "application/xml" } },
});
const NOTHING = { statusCode: 404 };
const BOOKS = `<d:resourcetype><d:collection/><card:addressbook/></d:resourcetype><d:displayname>Privat</d:displayname>`;

/** A server that keeps its homes where it is told to. */
const dav = (origin: string, contacts: string, appointments: string): void =>
  answering(origin, (path) =>
    path === "/"
      ? multistatus(
          path,
          `<d:current-user-principal><d:href>/ich/</d:href></d:current-user-principal>`,
        )
      : path === "/ich/"
        ? multistatus(
            path,
            `<card:addressbook-home-set><d:href>${contacts}</d:href></card:addressbook-home-set><c:calendar-home-set><d:href>${appointments}</d:href></c:calendar-home-set>`,
          )
        : path.startsWith("/heim/")
          ? multistatus("/heim/privat/", BOOKS)
          : NOTHING,
  );

const FOREIGN = "https://fremd.example/heim/";
const elsewhere = { kind: "rejected", detail: { enter: FOREIGN } };

describe("a login that is only tried", () => {
  it("stays where its homes are elsewhere, and names the address", async () => {
    dav("https://wolke.example", FOREIGN, FOREIGN);
    dav("https://fremd.example", "/heim/", "/heim/");
    await expect(tryLogin(httpTo(true), TYPED)).rejects.toMatchObject(
      elsewhere,
    );
    expect([...asked]).toEqual(["wolke.example"]);
  });

  it.each([".well-known", "the typed address"])(
    "stays where %s sends on",
    async (what) => {
      answering("https://wolke.example", (path) =>
        path.startsWith("/.well-known/") === (what === ".well-known")
          ? {
              statusCode: 301,
              responseOptions: { headers: { location: FOREIGN } },
            }
          : NOTHING,
      );
      dav("https://fremd.example", "/heim/", "/heim/");
      await expect(tryLogin(httpTo(true), TYPED)).rejects.toMatchObject(
        elsewhere,
      );
      expect([...asked]).toEqual(["wolke.example"]);
    },
  );

  it("goes to a host below the typed one", async () => {
    const below = "https://dav.wolke.example/heim/";
    dav("https://wolke.example", below, below);
    dav("https://dav.wolke.example", "/heim/", "/heim/");
    const [contacts] = await tryLogin(httpTo(true), TYPED);
    expect(contacts?.containers).toHaveLength(1);
    expect([...asked]).toEqual(["wolke.example", "dav.wolke.example"]);
  });

  it("is offered the kind that is here where the other one is elsewhere", async () => {
    dav("https://wolke.example", "/heim/", FOREIGN);
    const offers = await tryLogin(httpTo(true), TYPED);
    expect(offers.map(({ stream }) => stream)).toEqual(["contacts"]);
    expect([...asked]).toEqual(["wolke.example"]);
  });
});

it("the login of a run goes where the server keeps its homes (RFC 6764 section 6)", async () => {
  dav("https://wolke.example", FOREIGN, FOREIGN);
  expect(await discover(httpTo(false), TYPED, "contacts")).toEqual({
    homes: { contacts: FOREIGN, appointments: FOREIGN },
    addresses: [],
  });
});
