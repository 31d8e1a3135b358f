import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StreamKind } from "@ams-sync/contracts";
import {
  radicaleAvailable,
  startQuirkProxy,
  startRadicale,
  waitFor,
  type QuirkProxy,
  type Radicale,
} from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConnectedUser } from "./connect-users.js";
import { removeItem, saveItem, withMobile, withSummary } from "./dav-hand.js";
import { DavReader } from "./dav-reader.js";
import { expectedOf } from "./expected.js";
import { openOffice, type Office } from "./office.js";
import { readUser } from "./verify.js";

/** So often the server is asked here, that nobody waits for minutes. */
const POLL_MS = 1_500;
const WRITES = ["PUT", "DELETE", "MKCOL", "MKCALENDAR"];

type Row = Readonly<Record<string, unknown>>;

/** All services, and a server whose requests are counted. */
describe.skipIf(!radicaleAvailable())("what people change outside", () => {
  let data: string;
  let office: Office;
  let radicale: Radicale;
  let proxy: QuirkProxy;
  let user: ConnectedUser;
  let reader: DavReader;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "ams-sync-inward-"));
    office = await openOffice({
      stack: {
        data,
        postgresSettings: { fsync: "off" },
        serviceEnv: (name, told) =>
          name === "state"
            ? {
                ...told,
                POLL_MIN_MS: `${POLL_MS}`,
                POLL_MAX_MS: `${POLL_MS}`,
              }
            : told,
      },
      brokerage: {
        seed: 11,
        ...{ users: 1, agents: 1, companies: 0 },
        ...{ customers: 30, appointments: 15 },
      },
    });
    const [{ login: username } = { login: "" }] = office.brokerage.users;
    radicale = await startRadicale({
      users: [{ name: username, password: "geheim" }],
    });
    proxy = await startQuirkProxy({ target: radicale.url });
    const login = { username, password: "geheim", url: radicale.url };
    user = {
      ...(await office.connect(0, { ...login, url: proxy.url })),
      login,
    };
    reader = new DavReader(login);
    await office.quiet();
  });
  afterAll(async () => {
    await office?.stop();
    await proxy?.stop();
    await radicale?.stop();
    await rm(data, { recursive: true, force: true });
  });

  const until = (what: string, question: () => Promise<boolean>) =>
    waitFor(question, { what, timeoutMs: 30_000, everyMs: 50 });

  /** Some polls with nothing to do but to hear of what has just come in. */
  const writesMeanwhile = async (work: () => Promise<unknown>) => {
    await office.quiet();
    proxy.requests.clear();
    await work();
    const { requests } = proxy;
    await office.quiet();
    const asked = requests.count("REPORT");
    await until(
      "two more polls of both streams",
      async () => requests.count("REPORT") >= asked + 4,
    );
    await office.quiet();
    return WRITES.reduce((sum, method) => sum + requests.count(method), 0);
  };

  const rows = async (
    table: "customer" | "appointment",
    id?: string,
  ): Promise<readonly Row[]> => {
    const { rows: found } = await office.ams.query<Row>(
      `select * from ams.${table} where tenant_id = $1 ${id === undefined ? "" : `and ${table}_id = ${id}`}`,
      [office.tenantId],
    );
    return found;
  };

  /** Columns that differ, but for those that ams keeps itself: when, how often, and what it matches by. */
  const changed = (before: Row | undefined, after: Row | undefined) =>
    Object.keys({ ...before, ...after }).filter(
      (name) =>
        !/^(last_changed|row_version|\w+_key)$/.test(name) &&
        before?.[name] !== after?.[name],
    );

  /** A record that looks like no other, and its item. */
  const pick = async (stream: "contacts" | "appointments", at = 0) => {
    const { [stream]: expected } = await expectedNow();
    const { [stream]: seen } = await readUser(user);
    const found = expected.flatMap(({ id, line: wanted }) => {
      const items = seen.filter((item) => item.line === wanted);
      const [item] = items;
      return item && items.length === 1 ? [{ id, url: item.url }] : [];
    })[at];
    if (!found) throw new Error("No record is there exactly once.");
    const item = await reader.item(found.url);
    if (!item) throw new Error("The item is not there.");
    return { id: found.id, item };
  };
  const expectedNow = () =>
    expectedOf(office.ams, office.tenantId, user.userId);

  const exact = async () => {
    const { contacts, appointments } = await office.verify(user);
    for (const { missing, surplus } of [contacts, appointments])
      expect({ missing, surplus }).toEqual({ missing: [], surplus: [] });
  };

  const bookOf = async (kind: "address book" | "calendar") => {
    const found = (await reader.collections()).find(
      (one) => one.kind === kind && one.name === "ams",
    );
    if (!found) throw new Error(`There is no ${kind}.`);
    return found.url;
  };

  test("a number arrives in ams, that field only, and comes back to nobody", async () => {
    const { id, item } = await pick("contacts");
    const [before] = await rows("customer", id);
    const writes = await writesMeanwhile(async () => {
      const text = withMobile(item.text, "+49 170 5550199");
      await saveItem(user.login, item, text);
      const savedAt = performance.now();
      await until("the number in ams", async () => {
        const [row] = await rows("customer", id);
        return row?.["mobile"] === "+49 170 5550199";
      });
      expect(performance.now() - savedAt).toBeLessThan(10_000);
    });
    expect(writes).toBe(0);
    const [after] = await rows("customer", id);
    expect(changed(before, after)).toEqual(["mobile"]);
    expect(Number(after?.["row_version"])).toBe(
      Number(before?.["row_version"]) + 1,
    );
    await exact();
  });

  test("so does the reason of an appointment", async () => {
    const { id, item } = await pick("appointments");
    const [before] = await rows("appointment", id);
    const writes = await writesMeanwhile(async () => {
      await saveItem(
        user.login,
        item,
        withSummary(item.text, "Übergabe, mit Käthe"),
      );
      await until("the reason in ams", async () => {
        const [row] = await rows("appointment", id);
        return row?.["reason"] === "Übergabe, mit Käthe";
      });
    });
    expect(writes).toBe(0);
    const [after] = await rows("appointment", id);
    expect(changed(before, after)).toEqual(["reason"]);
    await exact();
  });

  test("what both sides changed is on both in the end", async () => {
    const { id, item } = await pick("contacts", 1);
    await office.ams.query(
      "update ams.customer set city = 'Görlitz' where tenant_id = $1 and customer_id = $2",
      [office.tenantId, id],
    );
    const current = (await reader.item(item.url)) ?? item;
    await saveItem(
      user.login,
      current,
      withMobile(current.text, "+49 170 5550188"),
    );
    await until("the number in ams", async () => {
      const [row] = await rows("customer", id);
      return row?.["mobile"] === "+49 170 5550188";
    });
    await until(
      "both sides to agree",
      async () => (await office.verify(user)).contacts.missing.length === 0,
    );
    const [row] = await rows("customer", id);
    expect(row?.["city"]).toBe("Görlitz");
    await exact();
  });

  test("a new card named 'Kunde' becomes one customer, also after a reset", async () => {
    const book = await bookOf("address book");
    const before = (await rows("customer")).length;
    const url = new URL("neu-1.vcf", book).href;
    const writes = await writesMeanwhile(async () => {
      await saveItem(user.login, { url, etag: "" }, NEW_CARD);
      await until(
        "the customer",
        async () => (await rows("customer")).length > before,
      );
    });
    expect(writes).toBe(0);
    const made = async () =>
      (await rows("customer")).filter((row) => row["last_name"] === "Übel");
    expect(await made()).toMatchObject([
      {
        ...{ kind: "private", status: "customer", first_name: "Käthe" },
        ...{ mobile: "+49 151 999", email: "kaethe@uebel.example" },
      },
    ]);
    await exact();
    for (const stream of [StreamKind.CONTACTS, StreamKind.APPOINTMENTS])
      await office.accounts.resetStream({
        account: { tenantId: office.tenantId, accountId: user.accountId },
        stream,
      });
    expect(await writesMeanwhile(async () => undefined)).toBe(0);
    expect(await made()).toHaveLength(1);
    expect(await rows("customer")).toHaveLength(before + 1);
    expect((await reader.item(url))?.text).toContain("NOTE:Mag Tee");
    await exact();
  });

  test("a new event is the user's appointment, with the customer who attends", async () => {
    const calendar = await bookOf("calendar");
    const before = (await rows("appointment")).length;
    const url = new URL("neu-1.ics", calendar).href;
    const writes = await writesMeanwhile(async () => {
      await saveItem(user.login, { url, etag: "" }, NEW_EVENT);
      await until(
        "the appointment",
        async () => (await rows("appointment")).length > before,
      );
    });
    expect(writes).toBe(0);
    const [customer] = (await rows("customer")).filter(
      (row) => row["last_name"] === "Übel",
    );
    const made = (await rows("appointment")).filter(
      (row) => row["reason"] === "Besuch bei Käthe",
    );
    expect(made).toMatchObject([
      {
        date: "2026-10-25",
        user_id: user.userId,
        customer_id: customer?.["customer_id"],
      },
    ]);
    await exact();
  });

  test("what is deleted there stays in ams, and its next change brings it back", async () => {
    const { id, item } = await pick("contacts", 2);
    const before = await rows("customer");
    await removeItem(user.login, item.url);
    await until("the loss to be known", async () => {
      const { items } = await office.accounts.listLost({
        account: { tenantId: office.tenantId, accountId: user.accountId },
        stream: StreamKind.CONTACTS,
        limit: 10,
      });
      return items.some(({ record }) => record?.recordId === id);
    });
    expect(await rows("customer")).toEqual(before);
    await office.ams.query(
      "update ams.customer set city = 'Zittau' where tenant_id = $1 and customer_id = $2",
      [office.tenantId, id],
    );
    await until(
      "the card",
      async () => (await reader.item(item.url)) !== undefined,
    );
    await office.quiet();
    await exact();
  });
});

const NEW_CARD = [
  "BEGIN:VCARD",
  "VERSION:3.0",
  "UID:neu-1",
  "FN:Käthe Übel",
  "N:Übel;Käthe;;;",
  "EMAIL:kaethe@uebel.example",
  "TEL;TYPE=CELL:+49 151 999",
  "CATEGORIES:Freunde,kunde",
  "NOTE:Mag Tee",
  "END:VCARD",
  "",
].join("\r\n");

const NEW_EVENT = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//Probe//DE",
  "BEGIN:VEVENT",
  "UID:neu-event-1",
  "DTSTAMP:20260101T080000Z",
  "DTSTART;TZID=Europe/Berlin:20261025T100000",
  "DTEND;TZID=Europe/Berlin:20261025T110000",
  "SUMMARY:Besuch bei Käthe",
  "ATTENDEE;CN=Käthe:mailto:kaethe@uebel.example",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");
