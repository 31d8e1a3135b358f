import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BOOK,
  card,
  identity,
  person,
  type OnTrapServer,
  onTrapServer,
} from "./testing/on-trap-server.js";

let on: OnTrapServer;
beforeEach(async () => {
  on = await onTrapServer();
});
afterEach(() => on.stop());

const kind = (expected: string) => ({ kind: expected });

describe("versions after a write", () => {
  it("takes a strong ETag from the answer without another request", async () => {
    await on.port.create(identity(2), person());
    const before = on.session.requests;
    const written = await on.port.create(identity(1), person());
    expect(written).toEqual({
      id: `${BOOK}${identity(1).uid}.vcf`,
      version: '"2"',
    });
    expect(on.session.requests - before).toBe(1);
  });

  it.each(["none", "weak"] as const)(
    "reads back where the answer has ETag %s",
    async (putEtag) => {
      on.server.traps.putEtag = putEtag;
      const { id, version } = await on.port.create(identity(1), person());
      expect(version).toBe('"1"');
      const item = (await on.port.fetch([id])).get(id)!;
      const next = await on.port.update(item, person({ city: "Bonn" }));
      expect(next.version).toBe('"2"');
      expect(on.requests("PUT").at(-1)?.headers["if-match"]).toBe('"1"');
    },
  );

  it("remembers no version where what is read back is something else", async () => {
    on.server.traps.putEtag = "none";
    on.server.traps.store = (text) => text.replace("Groß", "Klein");
    expect(await on.port.create(identity(1), person())).toEqual({
      id: `${BOOK}${identity(1).uid}.vcf`,
    });
  });

  it("does not mind what a server reorders and refolds", async () => {
    on.server.traps.putEtag = "none";
    on.server.traps.store = (text) => {
      const lines = text.trim().split("\r\n");
      return [
        "BEGIN:VCARD",
        ...lines.slice(1, -1).reverse(),
        "X-ADDED:1",
        "END:VCARD",
      ].join("\n");
    };
    expect((await on.port.create(identity(1), person())).version).toBe('"1"');
  });

  it("fails where a server says 201 and stores nothing", async () => {
    on.server.traps.putEtag = "none";
    on.server.traps.forgets = true;
    await expect(on.port.create(identity(1), person())).rejects.toMatchObject(
      kind("rejected"),
    );
  });

  it("reads many back in one question, where that may wait", async () => {
    on.server.traps.putEtag = "none";
    const later = { readBackLater: true } as const;
    const forms = [person(), person({ city: "Bonn" }), person({ city: "Ulm" })];
    const before = on.session.requests;
    const ids: string[] = [];
    for (const [at, form] of forms.entries()) {
      const told = await on.port.create(identity(at + 1), form, later);
      expect(told).toEqual({ id: told.id, unread: true });
      ids.push(told.id);
    }
    expect(on.session.requests - before).toBe(3);
    on.server.put(ids[1]!, card("Jemand"));
    on.server.remove(ids[2]!);
    const found = await on.port.readBack?.(
      forms.map((canonical, at) => ({ id: ids[at]!, canonical })),
    );
    expect(found).toEqual(
      new Map([
        [ids[0], { there: true, version: '"1"' }],
        // Somebody else's bytes: their ETag is not taken for ours.
        [ids[1], { there: true, unkept: ["firstName", "city"] }],
        [ids[2], { there: false }],
      ]),
    );
    expect(on.session.requests - before).toBe(4);
  });

  it("updates and deletes without any ETags, comparing what is there", async () => {
    Object.assign(on.server.traps, { putEtag: "none", etags: "none" });
    const created = await on.port.create(identity(1), person());
    expect(created.version).toBeUndefined();
    const item = (await on.port.fetch([created.id])).get(created.id)!;
    await on.port.update(item, person({ city: "Bonn" }));
    await expect(
      on.port.update(item, person({ city: "Ulm" })),
    ).rejects.toMatchObject(kind("precondition"));
    expect(on.server.items.get(created.id)?.text).toContain("Bonn");
    on.server.remove(created.id);
    await expect(on.port.update(item, person())).rejects.toMatchObject(
      kind("gone"),
    );
  });

  it("never puts a weak ETag into If-Match, and compares instead", async () => {
    Object.assign(on.server.traps, { putEtag: "weak", etags: "weak" });
    const { id, version } = await on.port.create(identity(1), person());
    expect(version).toBe('W/"1"');
    const item = (await on.port.fetch([id])).get(id)!;
    expect((await on.port.update(item, person({ city: "Bonn" }))).version).toBe(
      'W/"2"',
    );
    expect(on.requests("PUT").at(-1)?.headers["if-match"]).toBeUndefined();
    await on.port.delete(id, 'W/"2"');
    expect(on.server.items.has(id)).toBe(false);
  });

  it("keeps ETags and tokens that look like numbers as they are", async () => {
    on.server.traps.etags = "numeric";
    on.server.put(`${BOOK}a.vcf`, card("A"));
    on.server.put(`${BOOK}b.vcf`, card("B"));
    const { changes } = await on.port.changes();
    expect(changes.map(({ version }) => version)).toEqual(["1e5", "2e5"]);
    const found = await on.port.fetch([`${BOOK}a.vcf`, `${BOOK}b.vcf`]);
    expect([...found.values()].map(({ version }) => version)).toEqual([
      "1e5",
      "2e5",
    ]);
  });
});

describe("answers that do not mean what they say", () => {
  it("reads the error inside a 207", async () => {
    on.server.traps.putFailsInside = true;
    await expect(on.port.create(identity(1), person())).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("same UID"),
    });
    on.server.put(on.port.addressOf(identity(2))!, card("X"));
    on.server.traps.ignoresIfNoneMatch = true;
    // The same UID at this very address: the item is there already.
    await expect(on.port.create(identity(2), person())).rejects.toMatchObject(
      kind("precondition"),
    );
  });

  it("takes a conflict for the item's fault, but not where the collection is gone", async () => {
    const { id } = await on.port.create(identity(2), person());
    const item = (await on.port.fetch([id])).get(id)!;
    on.server.intercept = ({ method }) =>
      method === "PUT" ? { status: 409 } : undefined;
    const writes = [
      () => on.port.create(identity(1), person()),
      () => on.port.update(item, person({ city: "Bonn" })),
    ];
    for (const write of writes)
      await expect(write()).rejects.toMatchObject(kind("rejected"));
    on.server.collections.clear();
    for (const write of writes)
      await expect(write()).rejects.toMatchObject({
        kind: "transient",
        message: expect.stringContaining("collection is not there"),
      });
  });

  it("looks first, once a server has overwritten in spite of If-None-Match", async () => {
    on.server.traps.ignoresIfNoneMatch = true;
    const [first, second] = [identity(1), identity(2)].map((one) =>
      on.port.addressOf(one)!,
    );
    on.server.put(first!, card("Alt"));
    on.server.put(second!, "BEGIN:VCARD\r\nFN:Alt\r\nNOTE:eigen\r\nEND:VCARD");
    await on.port.create(identity(1), person());
    await expect(on.port.create(identity(2), person())).rejects.toMatchObject(
      kind("precondition"),
    );
    expect(on.server.items.get(second!)?.text).toContain("NOTE:eigen");
  });

  it("does not overwrite there what the server listed before", async () => {
    on.server.traps.ignoresIfNoneMatch = true;
    on.server.put(on.port.addressOf(identity(1))!, card("Alt"));
    await on.port.changes();
    await expect(on.port.create(identity(1), person())).rejects.toMatchObject(
      kind("precondition"),
    );
    expect(on.requests("PUT")).toEqual([]);
  });

  it("does not delete with a stale version where the server would", async () => {
    on.server.traps.deletesStale = true;
    const { id, version } = await on.port.create(identity(1), person());
    on.server.put(id, card("Neu"));
    await expect(on.port.delete(id, version)).rejects.toMatchObject(
      kind("precondition"),
    );
    expect(on.server.items.has(id)).toBe(true);
    await on.port.delete(id, '"2"');
    expect(on.server.items.has(id)).toBe(false);
  });

  it.each([404, 410])("takes %i for a delete as done", async (status) => {
    on.server.intercept = ({ method }) =>
      method === "DELETE" ? { status } : undefined;
    await expect(on.port.delete(`${BOOK}x.vcf`)).resolves.toBeUndefined();
  });
});

it("takes an event away without a word to those invited (RFC 6638 8.1), a card without that header", async () => {
  const container = await on.session.container("appointments");
  const events = on.session.stream("appointments", container);
  const event = await events.create(identity(1), {
    type: "appointment",
    fields: { date: "2026-11-24", reason: "Beratung" },
  });
  await events.delete(event.id, event.version);
  const person1 = await on.port.create(identity(2), person());
  await on.port.delete(person1.id, person1.version);
  expect(
    on.requests("DELETE").map(({ headers }) => headers["schedule-reply"]),
  ).toEqual(["F", undefined]);
});
