import { customer } from "@ams-sync/connector-kit/memory";
import { type Radicale, startRadicale } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CloudAccount } from "./testing/cloud-account.js";

const USERS = Array.from({ length: 12 }, (_, n) => ({
  name: `benutzer-${n}`,
  password: "geheim",
}));

let one: Radicale;
let two: Radicale;
let taken = 0;
const opened: CloudAccount[] = [];
beforeAll(async () => {
  [one, two] = await Promise.all([
    startRadicale({ users: USERS }),
    startRadicale({ users: USERS }),
  ]);
});
afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});
afterAll(async () => {
  await one?.stop();
  await two?.stop();
});

const newUser = (): string => USERS[taken++]!.name;
const newAccount = (user: string): CloudAccount => {
  const account = new CloudAccount(one.url, user, "geheim");
  opened.push(account);
  return account;
};
const contact = (id: string) =>
  customer(id, { firstName: "Änne", lastName: `Groß-${id}` }, 0);

const raw = (
  server: Radicale,
  user: string,
  path: string,
  init: RequestInit = {},
) =>
  fetch(new URL(path, server.url), {
    ...init,
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:geheim`).toString("base64")}`,
      ...init.headers,
    },
  });

/** Cards of an address book; undefined where there is none. */
const count = async (
  server: Radicale,
  user: string,
  book = "ams-contacts",
): Promise<number | undefined> => {
  const answer = await raw(server, user, `/${user}/${book}/`, {
    method: "PROPFIND",
    headers: { depth: "1" },
  });
  if (answer.status === 404) return undefined;
  const hrefs = (await answer.text()).matchAll(/<href>([^<]+\.vcf)<\/href>/g);
  return new Set([...hrefs].map(([, href]) => href)).size;
};

const make = async (user: string, book: string): Promise<void> => {
  const { status } = await raw(one, user, `/${user}/${book}/`, {
    method: "MKCOL",
    body: '<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/><C:addressbook/></resourcetype></prop></set></mkcol>',
  });
  expect(status).toBe(201);
};

const runAgain = async (account: CloudAccount) => {
  account.lookOverAll();
  const reports = await account.settle();
  return reports.at(-1);
};

describe("an account that moves", () => {
  it("to another user sends everything there, and nothing before state has heard of it", async () => {
    const [anna, bert] = [newUser(), newUser()];
    const account = newAccount(anna);
    account.commit(["1", "2", "3"].map(contact));
    await account.settle();
    expect(await count(one, anna)).toBe(3);

    account.choose({ username: bert }, false);
    account.commit([contact("4")]);
    expect(await account.run()).toMatchObject({
      outcome: "transient",
      counts: { remoteRequests: 0 },
    });
    account.tell();
    const [report] = await account.settle();
    expect(report).toMatchObject({
      outcome: "done",
      counts: { created: 4, setAside: 0 },
    });
    expect(await count(one, bert)).toBe(4);
    expect(await count(one, anna)).toBe(3);
    expect((await runAgain(account))?.counts).toMatchObject({ created: 0 });
  });

  it("to another server with the same paths sends everything there", async () => {
    const user = newUser();
    const account = newAccount(user);
    account.commit(["1", "2", "3"].map(contact));
    await account.settle();
    account.choose({ serverUrl: two.url });
    account.commit([contact("4")]);
    const [report] = await account.settle();
    expect(report?.counts).toMatchObject({ created: 4, setAside: 0 });
    expect(await count(two, user)).toBe(4);
    expect(await count(one, user)).toBe(3);
    expect((await runAgain(account))?.counts).toMatchObject({
      created: 0,
      updated: 0,
    });
  });

  it("never takes the login to the server that was bound before", async () => {
    const user = newUser();
    const account = newAccount(user);
    account.commit([contact("1")]);
    await account.settle();
    const { accountId } = account.key;
    const bound = account.state.stream(accountId, "contacts").container;
    account.choose({ serverUrl: two.url });
    // As if state had kept it.
    if (bound !== undefined)
      Object.assign(account.state.stream(accountId, "contacts"), {
        container: bound,
        owns: true,
      });
    account.commit([contact("2")]);
    const report = await account.run();
    expect(report).toMatchObject({
      outcome: "rejected",
      message: expect.stringContaining("the login is not sent there"),
    });
    expect(await count(one, user)).toBe(1);
  });
});

describe("a chosen address book", () => {
  it("costs no look in a settled run, whether it was chosen by path or address", async () => {
    const user = newUser();
    await make(user, "eigene");
    const account = newAccount(user);
    account.choose({ containers: { contacts: `/${user}/eigene` } });
    account.commit([contact("1")]);
    await account.settle();
    expect(await count(one, user, "eigene")).toBe(1);
    account.commit([contact("2")]);
    const [report] = await account.settle();
    expect(report?.counts).toMatchObject({ created: 1, remoteRequests: 1 });
  });

  it("that is not there is asked for, and none is used in its place", async () => {
    const user = newUser();
    await make(user, "eigene");
    const account = newAccount(user);
    account.choose({ containers: { contacts: `/${user}/eigene/` } });
    account.commit(["1", "2"].map(contact));
    await account.settle();
    await raw(one, user, `/${user}/eigene/`, { method: "DELETE" });
    expect(await runAgain(account)).toMatchObject({
      outcome: "rejected",
      message: expect.stringContaining("The chosen collection is not there"),
    });
    expect(await count(one, user)).toBeUndefined();

    await make(user, "eigene");
    await account.clock.advance(3_600_000);
    account.state.reset(account.key.accountId, "contacts");
    await runAgain(account);
    expect(await count(one, user, "eigene")).toBe(2);
    expect(await count(one, user)).toBeUndefined();
  });

  it("that is chosen no more leaves its place to the own one", async () => {
    const user = newUser();
    await make(user, "eigene");
    const account = newAccount(user);
    account.choose({ containers: { contacts: `/${user}/eigene/` } });
    account.commit(["1", "2"].map(contact));
    await account.settle();
    account.choose({ containers: {} });
    await account.settle();
    expect(await count(one, user)).toBe(2);
  });

  it("comes back whole after a reset when the user deleted it", async () => {
    const user = newUser();
    const account = newAccount(user);
    account.commit(["1", "2"].map(contact));
    await account.settle();
    await raw(one, user, `/${user}/ams-contacts/`, { method: "DELETE" });
    account.state.reset(account.key.accountId, "contacts");
    await runAgain(account);
    expect(await count(one, user)).toBe(2);
  });
});

describe("what was left at the book of before", () => {
  const ways = [
    ["another book", {}],
    ["the same one, as from another login", { contacts: "eigene" }],
  ] as const;
  it.each(ways)(
    "stays there, with %s, when its records lose their scope or are deleted",
    async (_where, next) => {
      const user = newUser();
      await make(user, "eigene");
      const account = newAccount(user);
      account.choose({ containers: { contacts: `/${user}/eigene/` } });
      account.commit(["1", "2", "3"].map(contact));
      await account.settle();
      account.options = {
        ...account.options,
        contacts: { ...account.options.contacts!, tags: ["VIP"] },
      };
      account.commit([], [{ kind: "customer", id: "1" }]);
      const containers =
        "contacts" in next ? { contacts: `/${user}/eigene/` } : {};
      account.choose({ containers });
      await account.settle();
      expect(await count(one, user, "eigene")).toBe(3);
      expect(await runAgain(account)).toMatchObject({
        counts: { created: 0, deleted: 0 },
      });
      expect(await count(one, user, "eigene")).toBe(3);
    },
  );
});
