import type { Session, StreamPort } from "@ams-sync/connector-kit";
import type { Canonical, Contact, TimeZone } from "@ams-sync/sync-core";
import { type Radicale, startRadicale } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CloudConnector } from "./connector.js";
import { TO_LOOPBACK } from "./testing/to-loopback.js";

const login = { username: "jürgen", password: "Schlüssel:ß€" };
const identity = (number: number) => ({
  uid: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
});
const person = (fields: Contact["fields"] = {}): Contact => ({
  type: "private",
  fields: {
    firstName: "Käthe",
    lastName: "Müller-Lüdenscheidt",
    street: "Große Straße 7; Hinterhaus, links",
    postalCode: "01067",
    city: "Dresden",
    country: "Deutschland",
    profession: "Ärztin",
    phonePrivate: "+49 351 123456",
    phoneBusiness: "+49 351 654321",
    fax: "+49 351 999",
    mobile: "+49 170 1234567",
    email: "kaethe@example.org",
    webPage: "https://müller.example/über?a=1,2",
    gender: "female",
    birthDate: "1960-02-29",
    ...fields,
  },
});
const appointment = (fields: Record<string, string> = {}): Canonical => ({
  type: "appointment",
  fields: {
    date: "2026-03-29",
    reason: "Jahresgespräch",
    remark: "Bringt Unterlagen mit:\nPolice, Ausweis; Vollmacht",
    from: "01:30",
    to: "03:30",
    ...fields,
  },
});

let server: Radicale;
const connector = new CloudConnector({
  requestTimeoutMs: 20_000,
  egress: TO_LOOPBACK,
});
const open = (password = login.password): Promise<Session> =>
  connector.open(
    { serverUrl: server.url, username: login.username, password },
    {
      timeZone: "Europe/Berlin" as TimeZone,
      signal: new AbortController().signal,
      now: () => Date.UTC(2026, 10, 2, 9, 30),
    },
  );
const portOf = async (
  session: Session,
  stream: "contacts" | "appointments",
): Promise<StreamPort> =>
  session.stream(stream, await session.container(stream));
const authorization = () =>
  `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
const raw = (path: string, init: RequestInit = {}) =>
  fetch(new URL(path, server.url), {
    ...init,
    headers: { authorization: authorization(), ...init.headers },
  });

beforeAll(async () => {
  server = await startRadicale({
    users: [
      { name: login.username, password: login.password },
      { name: "anna", password: "geheim" },
    ],
  });
});
afterAll(async () => {
  await connector.close();
  await server?.stop();
});

describe("login and containers", () => {
  it("refuses a wrong password as kind auth", async () => {
    await expect(open("falsch")).rejects.toMatchObject({ kind: "auth" });
  });

  it("makes one own collection of each kind when two sessions ask at once", async () => {
    const [one, other] = await Promise.all([open(), open()]);
    for (const stream of ["contacts", "appointments"] as const) {
      const [first, second] = await Promise.all([
        one.container(stream),
        other.container(stream),
      ]);
      expect(first).toBe(second);
      expect(new URL(first).pathname).toMatch(new RegExp(`/ams-${stream}/$`));
      expect(await one.container(stream, first)).toBe(first);
    }
  });

  it("refuses a chosen collection that is of the other kind or gone, and goes back to its own only without a choice", async () => {
    const session = await open();
    const calendar = await session.container("appointments");
    await expect(session.container("contacts", calendar)).rejects.toMatchObject(
      { kind: "rejected" },
    );
    const lost = new URL("nicht-da/", new URL("..", calendar)).href;
    await expect(session.container("appointments", lost)).rejects.toMatchObject(
      {
        kind: "rejected",
        message: expect.stringContaining("The chosen collection is not there"),
      },
    );
    expect(await session.container("appointments", undefined, lost)).toBe(
      calendar,
    );
  });

  it("takes a collection that was there, by path", async () => {
    const session = await open();
    const home = new URL("..", await session.container("contacts")).pathname;
    const path = `${home}b%C3%BCro/`;
    const made = await raw(path, {
      method: "MKCOL",
      body: '<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/><C:addressbook/></resourcetype></prop></set></mkcol>',
    });
    expect(made.status).toBe(201);
    const found = await session.container("contacts", path);
    expect(new URL(found).pathname).toBe(path);
    const port = session.stream("contacts", found);
    const { id } = await port.create(identity(1), person());
    expect((await port.fetch([id])).get(id)?.uid).toBe(identity(1).uid);
    const [listed] = (await port.changes()).changes;
    expect(listed?.id).toBe(id);
  });
});

describe("contacts", () => {
  it("creates, finds again, updates and keeps what it does not map, deletes", async () => {
    const port = await portOf(await open(), "contacts");
    const one = identity(100);
    const created = await port.create(one, person());
    expect(created.id).toBe(port.addressOf(one));
    expect(created.version).toMatch(/^".+"$/);
    await expect(port.create(one, person())).rejects.toMatchObject({
      kind: "precondition",
    });

    const item = (await port.fetch([created.id])).get(created.id);
    expect(item).toMatchObject({
      id: created.id,
      version: created.version,
      uid: one.uid,
    });
    expect(item?.canonical).toEqual(port.normalize(person()));

    // Somebody adds a photo, a note and a second mail address there.
    const foreign = String(item?.raw).replace(
      "END:VCARD",
      `NOTE:Mag Tee\\, keinen Kaffee\r\nPHOTO;ENCODING=b;TYPE=JPEG:${"QUJD".repeat(30_000)}\r\nitem7.EMAIL:zweite@example.org\r\nitem7.X-ABLabel:Verein\r\nEND:VCARD`,
    );
    const stored = await raw(created.id, { method: "PUT", body: foreign });
    expect(stored.status).toBe(201);
    await expect(
      port.update(item!, person({ city: "Köln" })),
    ).rejects.toMatchObject({ kind: "precondition" });

    const fresh = (await port.fetch([created.id])).get(created.id)!;
    const updated = await port.update(
      fresh,
      person({ city: "Köln", fax: "", mobile: "+49 171 7654321" }),
    );
    const after = (await port.fetch([created.id])).get(created.id)!;
    expect(after.version).toBe(updated.version);
    expect(after.canonical.fields).toEqual(
      port.normalize(
        person({ city: "Köln", fax: "", mobile: "+49 171 7654321" }),
      ).fields,
    );
    const text = String(after.raw);
    expect(text).toContain("Mag Tee\\, keinen Kaffee");
    expect(text.replace(/\r?\n[ \t]/g, "")).toContain("QUJD".repeat(30_000));
    expect(text).toContain("zweite@example.org");
    expect(text).toContain("Verein");

    await expect(
      port.delete(created.id, created.version),
    ).rejects.toMatchObject({ kind: "precondition" });
    await port.delete(created.id, updated.version);
    await port.delete(created.id, updated.version);
    expect(await port.fetch([created.id])).toEqual(new Map());
    await expect(
      port.update(after, person({ city: "Bonn" })),
    ).rejects.toMatchObject({ kind: "precondition" });
  });

  it("creates again what was deleted there, though it was listed", async () => {
    const port = await portOf(await open(), "contacts");
    const { id } = await port.create(identity(150), person());
    await port.changes();
    expect((await raw(id, { method: "DELETE" })).status).toBe(200);
    await expect(port.create(identity(150), person())).rejects.toMatchObject({
      kind: "precondition",
    });
    expect((await port.fetch([id])).size).toBe(0);
    expect((await port.create(identity(150), person())).id).toBe(id);
  });

  it("says no to a second item of the same UID under another address", async () => {
    const port = await portOf(await open(), "contacts");
    const { id } = await port.create(identity(160), person());
    const text = String((await port.fetch([id])).get(id)?.raw);
    await port.delete(id);
    const elsewhere = id.replace(identity(160).uid, "verschoben");
    expect((await raw(elsewhere, { method: "PUT", body: text })).status).toBe(
      201,
    );
    await expect(port.create(identity(160), person())).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("same UID"),
    });
    const foreign = (await port.changes()).changes.map(({ id }) => id);
    expect(foreign).toContain(elsewhere);
  });

  it("tells changes since a token, and calls a foreign token void", async () => {
    const session = await open();
    const port = await portOf(session, "contacts");
    const first = await port.changes();
    expect(first.more).toBe(false);
    expect((await port.changes(first.token)).changes).toEqual([]);

    const kept = await port.create(identity(200), person());
    const lost = await port.create(identity(201), person());
    const second = await port.changes(first.token);
    expect(new Set(second.changes.map(({ id }) => id))).toEqual(
      new Set([kept.id, lost.id]),
    );
    expect(second.changes.find(({ id }) => id === kept.id)?.version).toBe(
      kept.version,
    );

    await port.delete(lost.id, lost.version);
    const third = await port.changes(second.token);
    expect(third.changes).toEqual([{ id: lost.id, gone: true }]);

    const broken = second.token?.replace(/[0-9a-f]{16}/, "0123456789abcdef");
    for (const token of [broken, "Unsinn", '{"sync":"urn:x:1","witnesses":[]}'])
      await expect(port.changes(token)).rejects.toMatchObject({
        kind: "token-expired",
      });
  });

  it("reads many, absent ones left out", async () => {
    const port = await portOf(await open(), "contacts");
    const made = await Promise.all(
      [300, 301, 302].map((n) => port.create(identity(n), person())),
    );
    const ids = [
      ...made.map(({ id }) => id),
      ...Array.from({ length: 250 }, (_, n) =>
        port.addressOf(identity(9000 + n))!,
      ),
    ];
    const found = await port.fetch(ids);
    expect([...found.keys()].sort()).toEqual(made.map(({ id }) => id).sort());
  });
});

describe("appointments", () => {
  it("keeps wall times over the change of clocks, with the zone defined in the object", async () => {
    const port = await portOf(await open(), "appointments");
    const created = await port.create(identity(400), appointment());
    const item = (await port.fetch([created.id])).get(created.id)!;
    expect(item.canonical).toEqual(port.normalize(appointment()));
    const text = String(item.raw);
    expect(text).toContain("BEGIN:VTIMEZONE");
    expect(text).toContain("TZID=Europe/Berlin:20260329T013000");
    expect(text).not.toMatch(/ATTENDEE|ORGANIZER/);

    // Somebody adds an alarm there; all day follows.
    await raw(created.id, {
      method: "PUT",
      body: text.replace(
        "END:VEVENT",
        "LOCATION:Café Größenwahn\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT",
      ),
    });
    const fresh = (await port.fetch([created.id])).get(created.id)!;
    const allDay = appointment({ from: "", to: "", date: "2026-10-25" });
    const { version } = await port.update(fresh, allDay);
    const after = (await port.fetch([created.id])).get(created.id)!;
    expect(after.version).toBe(version);
    expect(after.canonical.fields).toEqual(port.normalize(allDay).fields);
    expect(String(after.raw)).toContain("Café Größenwahn");
    expect(String(after.raw)).toContain("BEGIN:VALARM");
  });

  it("leaves a series alone and says why", async () => {
    const port = await portOf(await open(), "appointments");
    const created = await port.create(identity(410), appointment());
    const text = String((await port.fetch([created.id])).get(created.id)?.raw);
    await raw(created.id, {
      method: "PUT",
      body: text.replace("END:VEVENT", "RRULE:FREQ=WEEKLY\r\nEND:VEVENT"),
    });
    expect((await port.fetch([created.id])).get(created.id)).toMatchObject({
      uid: identity(410).uid,
      obstacle: "recurring",
    });
  });
});

describe("many", () => {
  it("creates 300 with adaptive concurrency, none twice, none lost", async () => {
    const session = await connector.open(
      { serverUrl: server.url, username: "anna", password: "geheim" },
      {
        timeZone: "Europe/Berlin" as TimeZone,
        signal: new AbortController().signal,
        now: () => Date.now(),
      },
    );
    const port = await portOf(session, "contacts");
    const before = session.requests;
    const most = await createAll(port, 300);
    expect(most.underWay).toBeGreaterThan(1);
    expect(most.underWay).toBeLessThanOrEqual(8);
    // The first one is read back.
    expect(session.requests - before).toBe(301);
    const { changes } = await port.changes();
    expect(new Set(changes.map(({ id }) => id)).size).toBe(300);
    expect(changes.length).toBe(300);
    const found = await port.fetch(changes.map(({ id }) => id));
    expect(found.size).toBe(300);
    for (const item of found.values())
      expect(most.versions.get(item.id)).toBe(item.version);
  });
});

/** As the kit does: never more than `concurrency` says at the moment. */
async function createAll(port: StreamPort, count: number) {
  const versions = new Map<string, string | undefined>();
  const running = new Set<Promise<void>>();
  let most = 0;
  for (let n = 0; n < count; n++) {
    while (running.size >= port.concurrency) await Promise.race(running);
    const one = port
      .create(identity(100_000 + n), person({ firstName: `Jörg ${n}` }))
      .then(({ id, version }) => {
        versions.set(id, version);
      })
      .finally(() => running.delete(one));
    running.add(one);
    most = Math.max(most, running.size);
  }
  await Promise.all(running);
  return { versions, underWay: most };
}
