import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  radicaleAvailable,
  startRadicale,
  type Radicale,
} from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCollection, saveItem } from "./dav-hand.js";
import { DavReader, type DavLogin } from "./dav-reader.js";
import { openOffice, type Office } from "./office.js";
import { card } from "./testing/address-book.js";
import { grantPages, peopleApi, type PeopleApi } from "./testing/people-api.js";

interface StreamStatus {
  readonly takenIn: boolean;
  readonly pending: number;
  readonly preview: string | null;
}

const PASSWORD = "Zauber-äöü-4711";
const IN_TIME = { timeout: 90_000, interval: 250 };
const FOREIGN = card(
  "fremd-1",
  "Fremde;Frieda",
  "Frieda Fremde",
  "frieda@fremde.example",
);

/** An account from its connection to its end, over the real services and a real server. */
describe.skipIf(!radicaleAvailable())("disconnecting an account", () => {
  let data: string;
  let office: Office;
  let radicale: Radicale;
  let login: DavLogin;
  let book: string;
  let userId: string;
  let accountId: string;
  let adopted: { url: string };
  let api: PeopleApi;

  const account = (of = accountId) => api.ask("GET", `accounts/${of}`);
  const stateOf = (of = accountId) =>
    api.ask("GET", `accounts/${of}`, { service: "state" });
  const disconnect = (items: string, etag: string) =>
    api.ask("DELETE", `accounts/${accountId}?items=${items}`, {
      headers: { "if-match": etag },
    });
  const connect = () =>
    api.ask("POST", `users/${userId}/accounts`, {
      body: {
        ...{ system: "cloud", serverUrl: radicale.url, password: PASSWORD },
        username: login.username,
        contacts: {
          ...{ customers: true, companies: true, agents: false },
          ...{ birthday: true, agentId: null, tags: [] },
          ...{ editedSince: null, container: new URL(book).pathname },
        },
        appointments: { maxAgeDays: null, editedSince: null, container: null },
      },
    });
  /** Saves what was read, changed. */
  const change = async (more: object) => {
    const { body, etag } = await read();
    const { serverUrl, username, policy, contacts, appointments } = body;
    return api.ask("PUT", `accounts/${accountId}`, {
      body: { serverUrl, username, policy, contacts, appointments, ...more },
      headers: { "if-match": etag },
    });
  };
  const read = async () => {
    const { body, headers } = await account();
    return { body, etag: headers.get("etag") ?? "" };
  };
  /** What is there already: what a first run would do is shown before. */
  const agree = async (stream: string) => {
    const path = `accounts/${accountId}/preview`;
    const service = "state";
    const { body } = await api.ask("GET", `${path}?stream=${stream}`, {
      service,
    });
    await api.ask("POST", `${path}/apply`, {
      ...{ service, body: { stream, number: body.number } },
    });
  };
  const settled = async (streams = 2) => {
    await expect
      .poll(async () => {
        const { body } = await stateOf();
        for (const { kind, preview } of body.streams)
          if (preview === "shown") await agree(kind);
        return body.streams.map(
          ({ takenIn, pending, preview }: StreamStatus) =>
            takenIn && pending === 0 && preview === null,
        );
      }, IN_TIME)
      .toEqual(Array.from({ length: streams }, () => true));
  };
  const inBook = async (at = book) =>
    (await new DavReader(login).items(at)).map(({ url }) => url).toSorted();

  /** What was in the book before ams was. */
  const stays = () => [adopted.url, `${book}fremd.vcf`].toSorted();

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "ams-sync-disconnect-"));
    office = await openOffice({
      stack: { data, postgresSettings: { fsync: "off" } },
      brokerage: {
        seed: 21,
        ...{ users: 2, agents: 2, companies: 3 },
        ...{ customers: 25, appointments: 12 },
      },
    });
    const [{ login: username, userId: id } = { login: "", userId: "" }] =
      office.brokerage.users;
    userId = id;
    await grantPages(office, userId);
    await office.ams.query(
      `insert into ams.customer (tenant_id, customer_id, kind, agent_id, first_name, last_name, email)
       select $1, 900001, 'private', agent_id, 'Änne', 'Zuvorda', 'aenne@zuvorda.example' from ams.agent where tenant_id = $1 order by agent_id limit 1`,
      [office.tenantId],
    );
    await office.ams.query(
      "update ams.tenant set agent_release = false where tenant_id = $1",
      [office.tenantId],
    );
    radicale = await startRadicale({
      users: [{ name: username, password: PASSWORD }],
    });
    login = { url: radicale.url, username, password: PASSWORD };
    book = new URL(`/${encodeURIComponent(username)}/vorher/`, radicale.url)
      .href;
    await makeCollection(login, "address book", book, "Vorher");
    await saveItem(login, { url: `${book}fremd.vcf`, etag: "" }, FOREIGN);
    const text = card(
      "schon-da",
      "Zuvorda;Änne",
      "Änne Zuvorda",
      "aenne@zuvorda.example",
    );
    adopted = { url: `${book}schon-da.vcf` };
    await saveItem(login, { url: adopted.url, etag: "" }, text);
    api = await peopleApi(office.stack);
    await api.signIn(username);
  });
  afterAll(async () => {
    await office?.stop();
    await radicale?.stop();
    await rm(data, { recursive: true, force: true });
  });

  test("before that, what is said of each record is what was done with it", async () => {
    const made = await connect();
    expect(made.status).toBe(201);
    accountId = made.body.accountId;
    await settled();
    const { rows } = await office.ams.query<{ kind: string; id: string }>(
      `select 'customer' as kind, customer_id as id from ams.customer where tenant_id = $1
       union all select 'company', company_id from ams.company where tenant_id = $1
       union all select 'agent', agent_id from ams.agent where tenant_id = $1
       union all select 'appointment', appointment_id from ams.appointment where tenant_id = $1`,
      [office.tenantId],
    );
    const said = new Set<string>();
    for (const { kind, id } of rows) {
      const verdict = await api.ask(
        "GET",
        `accounts/${accountId}/scope?kind=${kind}&recordId=${id}`,
      );
      const state = await api.ask(
        "GET",
        `accounts/${accountId}/records/${kind}/${id}`,
        { service: "state" },
      );
      const { inScope, code } = verdict.body;
      const { link, setAside } = state.body;
      expect([kind, id, code, inScope]).toEqual([
        ...[kind, id, code, link !== null || setAside !== null],
      ]);
      said.add(String(code));
    }
    expect([...said].toSorted()).toEqual(["kind-off", "not-own", "null"]);
    const own = await api.ask(
      "GET",
      `accounts/${accountId}/records/customer/900001`,
      { service: "state" },
    );
    expect(own.body.link).toMatchObject({ origin: "adopted" });
  });

  test("what ams created goes; what was there before stays, and the account is gone", async () => {
    expect((await inBook()).length).toBeGreaterThan(20);
    const { etag } = await read();
    const textOf = async (at: string) =>
      (await new DavReader(login).item(at))?.text;
    const before = await textOf(adopted.url);
    const stranger = await textOf(`${book}fremd.vcf`);
    const asked = await disconnect("remove", etag);
    expect([asked.status, asked.body.items]).toEqual([202, "remove"]);
    await expect.poll(async () => (await account()).status, IN_TIME).toBe(404);
    expect(await inBook()).toEqual(stays());
    const foreign = await new DavReader(login).item(`${book}fremd.vcf`);
    expect(foreign?.text).toBe(stranger);
    expect((await new DavReader(login).item(adopted.url))?.text).toBe(before);
    const calendars = await new DavReader(login).collections();
    for (const { url, kind } of calendars)
      if (kind === "calendar")
        expect(await new DavReader(login).count(url)).toBe(0);
    expect((await disconnect("remove", etag)).status).toBe(404);
    expect((await stateOf()).status).toBe(404);
    const audit = await api.ask("GET", `audit?accountId=${accountId}`);
    expect(
      audit.body.entries.map(({ action }: { action: string }) => action),
    ).toEqual(["ended", "disconnected", "created"]);
  });

  test("connected anew all is there again; left, all of it stays", async () => {
    const made = await connect();
    accountId = made.body.accountId;
    await settled();
    const before = await inBook();
    expect(before.length).toBeGreaterThan(20);
    const { etag } = await read();
    expect((await disconnect("leave", etag)).status).toBe(202);
    await expect.poll(async () => (await account()).status, IN_TIME).toBe(404);
    expect(await inBook()).toEqual(before);
  });

  const formerPlaces = async (): Promise<{ accountId: string }[]> => {
    const { body } = await api.ask("GET", `accounts?userId=${userId}`);
    return body.accounts.filter(
      ({ formerPlaceOf }: { formerPlaceOf: string | null }) =>
        formerPlaceOf === accountId,
    );
  };
  const cleared = async () => {
    await expect.poll(formerPlaces, IN_TIME).toEqual([]);
  };

  test("pointed at another folder, what ams made in the old one goes, and all of it is in the new one", async () => {
    const other = new URL("../nachher/", book).href;
    await makeCollection(login, "address book", other, "Nachher");
    accountId = (await connect()).body.accountId;
    await settled();
    const { contacts } = (await read()).body;
    const there = await inBook();
    const removing = { previous: "remove" };
    const container = new URL(other).pathname;
    const moved = await change({
      ...{ ...removing, contacts: { ...contacts, container } },
    });
    expect(moved.status).toBe(200);
    await cleared();
    await settled();
    expect(await inBook()).toEqual(stays());
    expect((await inBook(other)).length).toBe(there.length - 1);
    const back = await change({
      ...{ ...removing, contacts: { ...contacts, container: null } },
    });
    expect(back.status).toBe(200);
    await cleared();
    expect(await inBook(other)).toEqual([]);
    await settled();
  });

  test("a kind that is switched off takes what it had put there along, where that is wanted", async () => {
    const [own] = (await new DavReader(login).collections()).filter(
      ({ kind, url }) => kind === "address book" && !/(vor|nach)her/.test(url),
    );
    expect((await inBook(own?.url)).length).toBeGreaterThan(20);
    const off = await change({ contacts: null, previous: "remove" });
    expect(off.status).toBe(200);
    await cleared();
    expect(await inBook(own?.url)).toEqual([]);
    const { contacts, appointments } = (await read()).body;
    expect([contacts, appointments === null]).toEqual([null, false]);
    await settled(1);
  });
});
