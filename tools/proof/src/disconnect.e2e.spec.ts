import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  radicaleAvailable,
  startRadicale,
  type Radicale,
} from "@ams-sync/testing";
import { answerChecker } from "@ams-sync/testing/openapi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { saveItem } from "./dav-hand.js";
import { DavReader, type DavLogin } from "./dav-reader.js";
import { openOffice, type Office } from "./office.js";

type Body = Record<string, unknown>;

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
  let token: string;
  let userId: string;
  let accountId: string;
  let adopted: { url: string };
  const checks = new Map<string, ReturnType<typeof answerChecker>>();

  const ask = async (
    method: string,
    service: "settings" | "state",
    path: string,
    template: string,
    { body, etag }: { body?: object; etag?: string } = {},
  ): Promise<{ status: number; body: Body; etag: string }> => {
    const answer = await fetch(
      `${office.stack.urls[service]}/api/v1/${service}/${path}`,
      {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && { "content-type": "application/json" }),
          ...(etag && { "if-match": etag }),
        },
        ...(body && { body: JSON.stringify(body) }),
      },
    );
    const text = await answer.text();
    const parsed = (text === "" ? {} : JSON.parse(text)) as Body;
    checks.get(service)?.({
      ...{ method, status: answer.status, body: parsed },
      path: `/api/v1/${service}/${template}`,
      contentType: answer.headers.get("content-type"),
    });
    return {
      ...{ status: answer.status, body: parsed },
      etag: answer.headers.get("etag") ?? "",
    };
  };
  const account = () =>
    ask("GET", "settings", `accounts/${accountId}`, "accounts/{accountId}");
  const disconnect = (items: string, etag: string) =>
    ask(
      ...(["DELETE", "settings"] as const),
      `accounts/${accountId}?items=${items}`,
      "accounts/{accountId}",
      { etag },
    );
  const connect = () =>
    ask(
      ...(["POST", "settings", `users/${userId}/accounts`] as const),
      "users/{userId}/accounts",
      {
        body: {
          ...{ system: "cloud", serverUrl: radicale.url, password: PASSWORD },
          username: login.username,
          contacts: {
            ...{ customers: true, companies: true, agents: false },
            ...{ birthday: true, agentId: null, tags: [] },
            ...{ editedSince: null, container: new URL(book).pathname },
          },
          appointments: {
            maxAgeDays: null,
            editedSince: null,
            container: null,
          },
        },
      },
    );
  /** What is there already: what a first run would do is shown before. */
  const agree = async (stream: string) => {
    const { body } = await ask(
      ...([
        "GET",
        "state",
        `accounts/${accountId}/preview?stream=${stream}`,
      ] as const),
      "accounts/{accountId}/preview",
    );
    await ask(
      ...(["POST", "state", `accounts/${accountId}/preview/apply`] as const),
      "accounts/{accountId}/preview/apply",
      { body: { stream, number: body["number"] } },
    );
  };
  const settled = async () => {
    await expect
      .poll(async () => {
        const { body } = await ask(
          ...(["GET", "state", `accounts/${accountId}`] as const),
          "accounts/{accountId}",
        );
        const streams = listOf(body, "streams");
        for (const { kind, preview } of streams)
          if (preview === "shown") await agree(String(kind));
        return streams.map(
          ({ takenIn, pending, preview }) =>
            takenIn === true && pending === 0 && preview === null,
        );
      }, IN_TIME)
      .toEqual([true, true]);
  };
  const inBook = async () =>
    (await new DavReader(login).items(book)).map(({ url }) => url).toSorted();

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
    await office.ams.query(
      `insert into ams.user_right select $1, $2, unnest(array['menu.organisation.users', 'window.users.synchronisation'])
       on conflict do nothing`,
      [office.tenantId, userId],
    );
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
    await makeBook(login, book);
    await saveItem(login, { url: `${book}fremd.vcf`, etag: "" }, FOREIGN);
    const text = card(
      "schon-da",
      "Zuvorda;Änne",
      "Änne Zuvorda",
      "aenne@zuvorda.example",
    );
    adopted = { url: `${book}schon-da.vcf` };
    await saveItem(login, { url: adopted.url, etag: "" }, text);
    token = (await office.stack.issuer?.tokenFor(username)) ?? "";
    for (const service of ["settings", "state"] as const) {
      const url = `${office.stack.urls[service]}/api/v1/${service}/openapi.json`;
      checks.set(
        service,
        answerChecker((await (await fetch(url)).json()) as object),
      );
    }
  });
  afterAll(async () => {
    await office?.stop();
    await radicale?.stop();
    await rm(data, { recursive: true, force: true });
  });

  test("before that, what is said of each record is what was done with it", async () => {
    const made = await connect();
    expect(made.status).toBe(201);
    accountId = String(made.body["accountId"]);
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
      const verdict = await ask(
        ...(["GET", "settings"] as const),
        `accounts/${accountId}/scope?kind=${kind}&recordId=${id}`,
        "accounts/{accountId}/scope",
      );
      const state = await ask(
        ...(["GET", "state"] as const),
        `accounts/${accountId}/records/${kind}/${id}`,
        "accounts/{accountId}/records/{kind}/{recordId}",
      );
      const { inScope, code } = verdict.body;
      const { link, setAside } = state.body;
      expect([kind, id, code, inScope]).toEqual([
        ...[kind, id, code, link !== null || setAside !== null],
      ]);
      said.add(String(code));
    }
    expect([...said].toSorted()).toEqual(["kind-off", "not-own", "null"]);
    const own = await ask(
      ...(["GET", "state"] as const),
      `accounts/${accountId}/records/customer/900001`,
      "accounts/{accountId}/records/{kind}/{recordId}",
    );
    expect(own.body["link"]).toMatchObject({ origin: "adopted" });
  });

  test("what ams created goes; what was there before stays, and the account is gone", async () => {
    expect((await inBook()).length).toBeGreaterThan(20);
    const { etag } = await account();
    const textOf = async (at: string) =>
      (await new DavReader(login).item(at))?.text;
    const before = await textOf(adopted.url);
    const stranger = await textOf(`${book}fremd.vcf`);
    const asked = await disconnect("remove", etag);
    expect([asked.status, asked.body["items"]]).toEqual([202, "remove"]);
    await expect.poll(async () => (await account()).status, IN_TIME).toBe(404);
    expect(await inBook()).toEqual(
      [adopted.url, `${book}fremd.vcf`].toSorted(),
    );
    const foreign = await new DavReader(login).item(`${book}fremd.vcf`);
    expect(foreign?.text).toBe(stranger);
    expect((await new DavReader(login).item(adopted.url))?.text).toBe(before);
    const calendars = await new DavReader(login).collections();
    for (const { url, kind } of calendars)
      if (kind === "calendar")
        expect(await new DavReader(login).count(url)).toBe(0);
    expect((await disconnect("remove", etag)).status).toBe(404);
    const status = await ask(
      "GET",
      "state",
      `accounts/${accountId}`,
      "accounts/{accountId}",
    );
    expect(status.status).toBe(404);
    const audit = await ask(
      "GET",
      "settings",
      `audit?accountId=${accountId}`,
      "audit",
    );
    expect(listOf(audit.body, "entries").map((one) => one["action"])).toEqual([
      ...["ended", "disconnected", "created"],
    ]);
  });

  test("connected anew all is there again; left, all of it stays", async () => {
    const made = await connect();
    accountId = String(made.body["accountId"]);
    await settled();
    const before = await inBook();
    expect(before.length).toBeGreaterThan(20);
    expect((await disconnect("leave", made.etag)).status).toBe(202);
    await expect.poll(async () => (await account()).status, IN_TIME).toBe(404);
    expect(await inBook()).toEqual(before);
  });
});

const listOf = (body: Body, name: string): readonly Body[] =>
  (body[name] as Body[] | undefined) ?? [];

function card(uid: string, n: string, fn: string, email: string): string {
  return [
    ...["BEGIN:VCARD", "VERSION:3.0", `UID:${uid}`, `N:${n};;;`, `FN:${fn}`],
    ...[`EMAIL;TYPE=HOME:${email}`, "END:VCARD", ""],
  ].join("\r\n");
}

/** RFC 5689 */
async function makeBook(
  { username, password }: DavLogin,
  url: string,
): Promise<void> {
  const { status } = await fetch(url, {
    method: "MKCOL",
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
      "content-type": "application/xml",
    },
    body: `<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop>
      <resourcetype><collection/><C:addressbook/></resourcetype><displayname>Vorher</displayname></prop></set></mkcol>`,
  });
  if (status !== 201) throw new Error(`MKCOL answered ${status}`);
}
