import { identityOf } from "@ams-sync/connector-kit";
import {
  appointment,
  customer,
  Mortality,
} from "@ams-sync/connector-kit/memory";
import { type Radicale, startRadicale } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CloudAccount } from "./testing/cloud-account.js";

const USERS = Array.from({ length: 120 }, (_, n) => ({
  name: `benutzer-${n}`,
  password: "geheim",
}));

let server: Radicale;
let taken = 0;
const opened: CloudAccount[] = [];
beforeAll(async () => {
  server = await startRadicale({ users: USERS });
});
afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});
afterAll(() => server?.stop());

/** An account of its own, with nothing there yet. */
function newAccount(): { account: CloudAccount; user: string } {
  const user = USERS[taken++]!.name;
  const account = new CloudAccount(server.url, user, "geheim");
  opened.push(account);
  return { account, user };
}

const raw = (user: string, path: string, init: RequestInit = {}) =>
  fetch(new URL(path, server.url), {
    ...init,
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:geheim`).toString("base64")}`,
      ...init.headers,
    },
  });

/** Texts of all items of a collection, read without our code. */
async function shown(
  user: string,
  stream: "contacts" | "appointments",
): Promise<string[]> {
  const path = `/${user}/ams-${stream}/`;
  const listing = await raw(user, path, {
    method: "PROPFIND",
    headers: { depth: "1" },
  });
  const text = await listing.text();
  const hrefs = [...text.matchAll(/<href>([^<]+)<\/href>/g)]
    .map(([, href]) => href!)
    .filter((href) => /\.(vcf|ics)$/.test(href));
  const items: string[] = [];
  // One by one: Radicale's queue holds five connections, and one that does not fit in waits for a second.
  for (const href of new Set(hrefs))
    items.push(await (await raw(user, href)).text());
  return items.map((item) => item.replace(/\r?\n[ \t]/g, "")).sort();
}

const contact = (id: string, values: object = {}) =>
  customer(
    id,
    { firstName: "Änne", lastName: `Müller-${id}`, city: "Köln", ...values },
    0,
  );
const visit = (id: string, values: object = {}) =>
  appointment(
    id,
    {
      date: "2026-10-25",
      from: "02:30",
      to: "03:15",
      reason: `Übergabe ${id}`,
      ...values,
    },
    0,
  );
const fill = (account: CloudAccount, contacts: number, visits: number) =>
  account.commit([
    ...Array.from({ length: contacts }, (_, n) => contact(`${n}`)),
    ...Array.from({ length: visits }, (_, n) => visit(`${n}`)),
  ]);
const hrefOf = (account: CloudAccount, user: string, id: string) =>
  `/${user}/ams-contacts/${identityOf(account.key.tenantId, "customer", id).uid}.vcf`;

describe("whole runs on Radicale", () => {
  it("carries all over, and a further run writes nothing", async () => {
    const { account, user } = newAccount();
    fill(account, 40, 20);
    const [first] = await account.settle();
    expect(first?.counts).toMatchObject({ created: 60, setAside: 0 });
    expect((await shown(user, "contacts")).length).toBe(40);
    expect((await shown(user, "appointments")).length).toBe(20);

    account.lookOverAll();
    const [second] = await account.settle();
    expect(second).toMatchObject({ outcome: "done" });
    expect(second?.counts).toMatchObject({
      created: 0,
      updated: 0,
      deleted: 0,
    });
    // Two collections looked at, two lists of changes.
    expect(second?.counts.remoteRequests).toBeLessThanOrEqual(4);
  });

  it("sends a change, an emptied field and a deletion, and keeps what others added", async () => {
    const { account, user } = newAccount();
    fill(account, 3, 2);
    await account.settle();
    const href = hrefOf(account, user, "1");
    const text = await (await raw(user, href)).text();
    const body = text.replace(
      "END:VCARD",
      "NOTE:Mag Tee\r\nX-VEREIN:Höhlenforscher\r\nEND:VCARD",
    );
    expect((await raw(user, href, { method: "PUT", body })).status).toBe(201);

    account.commit(
      [contact("1", { city: "", street: "Große Straße 7" })],
      [contact("2"), visit("0")],
    );
    const [report] = await account.settle();
    expect(report?.counts).toMatchObject({
      updated: 1,
      deleted: 2,
      setAside: 0,
    });
    const after = await shown(user, "contacts");
    expect(after.length).toBe(2);
    const changed = after.find((item) => item.includes("Müller-1"));
    expect(changed).toContain("Große Straße 7");
    expect(changed).not.toContain("Köln");
    expect(changed).toContain("NOTE:Mag Tee");
    expect(changed).toContain("X-VEREIN:Höhlenforscher");
    expect((await shown(user, "appointments")).length).toBe(1);
  });

  it("leaves the number that a user put before ours alone", async () => {
    const { account, user } = newAccount();
    account.commit([contact("1", { mobile: "+49 170 1" })]);
    await account.settle();
    const href = hrefOf(account, user, "1");
    const text = await (await raw(user, href)).text();
    const body = text.replace("TEL;", "TEL;TYPE=CELL:+49 151 999\r\nTEL;");
    expect((await raw(user, href, { method: "PUT", body })).status).toBe(201);

    account.commit([contact("1", { mobile: "+49 170 2" })]);
    await account.settle();
    const [after] = await shown(user, "contacts");
    expect(after).toContain("+49 151 999");
    expect(after).toContain("+49 170 2");
    expect(after).not.toContain("+49 170 1");
  });

  it("keeps the company that a user put on a private customer's card, linked or adopted", async () => {
    const { account, user } = newAccount();
    account.commit([contact("1", { mobile: "+49 170 1" })]);
    await account.settle();
    const href = hrefOf(account, user, "1");
    const text = await (await raw(user, href)).text();
    const body = text.replace(
      "END:VCARD",
      "ORG:Bäckerei Müller;Filiale Süd\r\nX-ABShowAs:COMPANY\r\nEND:VCARD",
    );
    expect((await raw(user, href, { method: "PUT", body })).status).toBe(201);

    for (const mobile of ["+49 170 2", "+49 170 3"]) {
      account.commit([contact("1", { mobile })]);
      await account.settle();
      const [after] = await shown(user, "contacts");
      expect(after).toContain(mobile);
      expect(after).toContain("ORG:Bäckerei Müller;Filiale Süd");
      expect(after?.toUpperCase()).toContain("X-ABSHOWAS:COMPANY");
      expect(after).toContain("N:Müller-1;");
      account.state.forget(account.key.accountId, "contacts");
    }
  });

  it("comes to rest with an event in the hour that the spring night skips", async () => {
    const { account, user } = newAccount();
    const night = { date: "2026-03-29", from: "02:30", to: "03:00" };
    account.commit([visit("1", night)]);
    await account.settle();
    const [text] = await shown(user, "appointments");
    expect(text).toContain("DURATION:PT30M");
    account.state.forget(account.key.accountId, "appointments");
    const [report] = await account.settle();
    expect(report?.counts).toMatchObject({ updated: 0, setAside: 0 });
    expect(await shown(user, "appointments")).toEqual([text]);
  });

  it("makes no duplicates when everything was forgotten, and keeps what others added", async () => {
    const { account, user } = newAccount();
    fill(account, 12, 6);
    await account.settle();
    const before = await shown(user, "contacts");
    for (const stream of ["contacts", "appointments"] as const)
      account.state.forget(account.key.accountId, stream);
    account.commit([contact("3", { city: "Görlitz" })]);
    const [report] = await account.settle();
    expect(report?.counts).toMatchObject({ created: 0, setAside: 0 });
    const after = await shown(user, "contacts");
    expect(after.length).toBe(12);
    expect(after.filter((item) => !before.includes(item)).length).toBe(1);
    expect(after.join()).toContain("Görlitz");
  });

  it("sets aside a record whose item became a series, and carries the rest on", async () => {
    const { account, user } = newAccount();
    fill(account, 0, 3);
    await account.settle();
    const { uid } = identityOf(account.key.tenantId, "appointment", "1");
    const href = `/${user}/ams-appointments/${uid}.ics`;
    const text = await (await raw(user, href)).text();
    const body = text.replace("END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT");
    await raw(user, href, { method: "PUT", body });
    account.commit([0, 1, 2].map((n) => visit(`${n}`, { remark: "Neu" })));
    const [report] = await account.settle();
    expect(report?.counts).toMatchObject({ updated: 2, setAside: 1 });
    const { setAside } = account.state.stream(
      account.key.accountId,
      "appointments",
    );
    expect(setAside).toMatchObject([{ code: "recurring" }]);
    expect(await (await raw(user, href)).text()).toContain("RRULE");
  });

  it("says needs-login where the password is not accepted", async () => {
    const user = USERS[taken++]!.name;
    const account = new CloudAccount(server.url, user, "falsch");
    opened.push(account);
    fill(account, 2, 0);
    expect((await account.run()).outcome).toBe("auth");
    expect(account.state.account(account.key.accountId).summary?.health).toBe(
      "needs-login",
    );
  });
});

describe("a process that dies at any call", () => {
  /** What is agreed by now, a change, a deletion and a new record to come. */
  const prepared = async () => {
    const { account, user } = newAccount();
    fill(account, 2, 1);
    await account.settle();
    account.commit(
      [contact("0", { city: "Düren" }), contact("8"), visit("9")],
      [contact("1")],
    );
    account.lookOverAll();
    return { account, user };
  };
  const both = async (user: string) => [
    ...(await shown(user, "contacts")),
    ...(await shown(user, "appointments")),
  ];
  // Stamps differ from run to run.
  const plain = (items: readonly string[]) =>
    items.map((item) =>
      item.replace(/^(REV|DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE):.*$/gm, ""),
    );

  it("loses and doubles nothing", async () => {
    const healthy = await prepared();
    const life = new Mortality();
    await healthy.account.run(life);
    await healthy.account.settle();
    const wanted = plain(await both(healthy.user));
    expect(wanted.length).toBe(4);
    expect(life.calls).toBeGreaterThan(15);

    for (let call = 1; call <= life.calls; call++) {
      // The kit's own tests die at every call in both ways; here every second one does.
      const when = call % 2 === 0 ? "before" : "after";
      const { account, user } = await prepared();
      const doomed = new Mortality(call, when);
      await Promise.race([doomed.death, account.run(doomed)]);
      await account.clock.advance(60_001);
      await account.settle();
      const at = `killed ${when} call ${call}`;
      expect(plain(await both(user)), at).toEqual(wanted);
      account.lookOverAll();
      const [again] = await account.settle();
      expect(again?.counts, at).toMatchObject({
        created: 0,
        updated: 0,
        deleted: 0,
        setAside: 0,
      });
    }
  }, 180_000);
});
