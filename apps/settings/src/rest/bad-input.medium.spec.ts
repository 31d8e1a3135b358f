import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import {
  APPOINTMENTS,
  CONTACTS,
  LOGIN,
  pointersOf,
  restOffice,
  type RestOffice,
} from "../testing/rest-office.js";
import { SECRET } from "../testing/rest-under-test.js";

let office: RestOffice;
let rest: RestOffice["rest"];
let ask: RestOffice["ask"];
let create: RestOffice["create"];
let count: RestOffice["count"];

beforeAll(async () => {
  office = await restOffice();
  ({ rest, ask, create, count } = office);
});
afterAll(() => office?.rest.stop());
beforeEach(() => office.anew());

describe("bad input gets a message at its field and changes nothing", () => {
  test.each<[string, object, string[]]>([
    [
      "nothing chosen",
      { contacts: { ...CONTACTS, customers: false, agents: false } },
      ["/contacts kind-missing"],
    ],
    [
      "days below zero",
      { appointments: { ...APPOINTMENTS, maxAgeDays: -1 } },
      ["/appointments/maxAgeDays too-small"],
    ],
    [
      "days and a half",
      { appointments: { ...APPOINTMENTS, maxAgeDays: 1.5 } },
      ["/appointments/maxAgeDays wrong-type"],
    ],
    [
      "a day that there is not",
      { contacts: { ...CONTACTS, editedSince: "2023-02-29" } },
      ["/contacts/editedSince not-a-date"],
    ],
    [
      "a German date",
      { contacts: { ...CONTACTS, editedSince: "29.02.2024" } },
      ["/contacts/editedSince not-a-date"],
    ],
    [
      "an empty tag",
      { contacts: { ...CONTACTS, tags: ["ok", " "] } },
      ["/contacts/tags/1 too-short"],
    ],
    [
      "a tag twice",
      { contacts: { ...CONTACTS, tags: ["VIP", "vip"] } },
      ["/contacts/tags duplicate"],
    ],
    [
      "too many tags",
      {
        contacts: {
          ...CONTACTS,
          tags: Array.from({ length: 201 }, (_one, n) => `t${n}`),
        },
      },
      ["/contacts/tags too-long"],
    ],
    [
      "another host as a folder",
      { contacts: { ...CONTACTS, container: "//evil.example/" } },
      ["/contacts/container not-a-path"],
    ],
    [
      "an agent whom ams does not know",
      { contacts: { ...CONTACTS, agentId: "4711" } },
      ["/contacts/agentId unknown-agent"],
    ],
    [
      "another brokerage's agent",
      { contacts: { ...CONTACTS, agentId: "50" } },
      ["/contacts/agentId unknown-agent"],
    ],
    [
      "a folder that is not there",
      { contacts: { ...CONTACTS, container: "/jürgen/weg/" } },
      ["/contacts/container not-there"],
    ],
    ["an unknown option", { farbe: "blau" }, ["/farbe unknown-key"]],
    [
      "an unknown option below",
      { contacts: { ...CONTACTS, "a/b~c": 1 } },
      ["/contacts/a~1b~0c unknown-key"],
    ],
    [
      "a policy that there is not",
      { policy: "beide" },
      ["/policy not-allowed"],
    ],
    ["a system that there is not", { system: "icq" }, ["/system not-allowed"]],
    [
      "Outlook's folders in the cloud",
      { contacts: { ...CONTACTS, folders: { companies: null, agents: null } } },
      ["/contacts/folders unknown-key"],
    ],
    [
      "others' appointments in the cloud",
      { appointments: { ...APPOINTMENTS, owners: ["16"] } },
      ["/appointments/owners unknown-key"],
    ],
    ["no password", { password: "" }, ["/password too-short"]],
    ["no user name", { username: undefined }, ["/username required"]],
    ["a user name with a colon", { username: "a:b" }, ["/username has-colon"]],
    ["no address", { serverUrl: undefined }, ["/serverUrl required"]],
    ["no URL", { serverUrl: "dav.example.com" }, ["/serverUrl not-a-url"]],
    [
      "another protocol",
      { serverUrl: "ftp://dav.example.com/" },
      ["/serverUrl not-a-url"],
    ],
    [
      "readable on the way",
      { serverUrl: "http://dav.example.com/" },
      ["/serverUrl not-https"],
    ],
    [
      "a login in the address",
      { serverUrl: "https://a:b@dav.example.com/" },
      ["/serverUrl has-login"],
    ],
    [
      "several at once",
      { username: "", policy: "x", contacts: { ...CONTACTS, birthday: "ja" } },
      [
        "/username too-short",
        "/policy not-allowed",
        "/contacts/birthday wrong-type",
      ],
    ],
  ])("%s", async (_what, more, expected) => {
    const german = await create(more);
    expect(german.status).toBe(422);
    expect(pointersOf(german).toSorted()).toEqual(expected.toSorted());
    const english = await ask(
      "POST",
      "users/17/accounts",
      { ...LOGIN, contacts: CONTACTS, appointments: APPOINTMENTS, ...more },
      { "accept-language": "en-GB,en;q=0.9,de;q=0.1" },
    );
    expect(pointersOf(english)).toEqual(pointersOf(german));
    expect(english.headers.get("content-language")).toBe("en");
    for (const [index, { detail }] of german.body.errors.entries())
      expect(detail).not.toBe(english.body.errors[index].detail);
    expect(german.text).not.toContain(SECRET);
    expect(await count("account")).toBe(0);
    expect(await count("audit_entry")).toBe(0);
  });

  test.each([
    ["127.0.0.1", "inner-address"],
    ["2130706433", "inner-address"],
    ["0x7f.1", "inner-address"],
    ["0177.0.0.1", "inner-address"],
    ["[::1]", "inner-address"],
    ["[::ffff:10.0.0.1]", "inner-address"],
    ["169.254.169.254", "inner-address"],
    ["10.1.2.3:8443", "inner-address"],
    ["localhost", "inner-address"],
    ["state", "inner-address"],
    ["metadata.google.internal", "inner-address"],
    ["dav.example.com:25", "other-port"],
  ])(
    "https://%s/ is refused at the field, and nobody is asked",
    async (host, code) => {
      const refused = await create({ serverUrl: `https://${host}/` });
      expect(pointersOf(refused)).toEqual([`/serverUrl ${code}`]);
      const checked = await ask("POST", "logins/check", {
        ...LOGIN,
        serverUrl: `https://${host}/`,
      });
      expect(pointersOf(checked)).toEqual([`/serverUrl ${code}`]);
      expect(rest.connector.asked).toEqual([]);
    },
  );

  test("what the hoster opened passes", async () => {
    expect(
      (
        await create({
          serverUrl: "https://dav.intern.example/",
          contacts: null,
        })
      ).status,
    ).toBe(201);
  });

  test("no JSON, too much of it, another media type", async () => {
    const send = (body: string, type = "application/json") =>
      ask("POST", "logins/check", body, { "content-type": type });
    expect((await send("{")).status).toBe(400);
    expect((await send(`"${"x".repeat(300_000)}"`)).status).toBe(413);
    expect((await send("<a/>", "application/xml")).status).toBe(415);
    expect((await send("[]")).status).toBe(422);
    expect((await send('{"__proto__":{"hoster":true}}')).status).not.toBe(500);
  });

  test("bad questions and unknown things", async () => {
    expect((await ask("GET", "accounts?limit=0")).status).toBe(400);
    expect((await ask("GET", "accounts?limit=201")).status).toBe(400);
    expect((await ask("GET", "accounts/keine-uuid")).status).toBe(404);
    expect((await ask("GET", "users/abc")).status).toBe(404);
    expect((await ask("GET", "users/50")).status).toBe(404);
    expect((await ask("GET", "gibt/es/nicht")).status).toBe(404);
    expect((await ask("DELETE", "accounts")).status).toBe(404);
  });
});
