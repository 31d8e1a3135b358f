import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BOOK,
  card,
  identity,
  person,
  type OnTrapServer,
  onTrapServer,
} from "../testing/on-trap-server.js";
import { multistatus } from "../testing/wire.js";

let on: OnTrapServer;
beforeEach(async () => {
  on = await onTrapServer();
});
afterEach(() => on.stop());

describe("reading many", () => {
  it.each(["row", "omitted", "whole-report"] as const)(
    "leaves out absent ones where the server answers them as %s",
    async (absentInMultiget) => {
      on.server.traps.absentInMultiget = absentInMultiget;
      const there = Array.from({ length: 120 }, (_, n) =>
        on.port.addressOf(identity(n))!,
      );
      for (const id of there) on.server.put(id, card("A"));
      const absent = [7, 8, 200].map((n) =>
        on.port.addressOf(identity(5_000 + n))!,
      );
      const ids = [...there.slice(0, 60), ...absent, ...there.slice(60)];
      const found = await on.port.fetch(ids);
      expect([...found.keys()].sort()).toEqual([...there].sort());
      for (const { body } of on.requests("REPORT"))
        expect(body.match(/<d:href>/g)?.length ?? 0).toBeLessThanOrEqual(100);
    },
  );

  it.each(["plain", "lower", "upper", "decoded", "absolute"] as const)(
    "knows its items and foreign ones again where hrefs come back %s",
    async (hrefs) => {
      on.server.traps.hrefs = hrefs;
      const own = await on.port.create(identity(1), person());
      on.server.put(`${BOOK}Käthe Übel.vcf`, card("Käthe Übel"));
      const { changes } = await on.port.changes();
      expect(changes.map(({ id }) => id)).toContain(own.id);
      const foreign = changes.find(({ id }) => id !== own.id)!;
      const found = await on.port.fetch([own.id, foreign.id]);
      expect(found.get(own.id)?.uid).toBe(identity(1).uid);
      expect(found.get(foreign.id)?.canonical.fields).toEqual({
        lastName: "Käthe Übel",
      });
    },
  );

  it("reads by itself what a report leaves out though it is there", async () => {
    const ids = [1, 2, 3].map((n) => on.port.addressOf(identity(n))!);
    for (const id of ids.slice(0, 2)) on.server.put(id, card("Käthe"));
    on.server.intercept = ({ method }) =>
      method === "REPORT" ? multistatus() : undefined;
    const found = await on.port.fetch(ids);
    expect([...found.keys()]).toEqual(ids.slice(0, 2));
  });

  it("tells its own ids from those of another collection", () => {
    const id = on.port.addressOf(identity(1))!;
    expect(on.port.holds?.(id)).toBe(true);
    expect(on.port.holds?.(id.replace("ams-contacts", "alt"))).toBe(false);
    expect(on.port.holds?.(BOOK)).toBe(false);
  });

  it.each([
    ["unreadable", "<html>"],
    ["no-item", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"],
    ["group", `${card("G").replace("END", "KIND:group\r\nEND")}`],
  ])("says why one of many is no contact: %s", async (obstacle, text) => {
    const { id } = await on.port.create(identity(1), person());
    on.server.put(`${BOOK}kaputt.vcf`, text);
    const found = await on.port.fetch([id, `${BOOK}kaputt.vcf`]);
    expect(found.get(id)?.canonical).toEqual(person());
    expect(found.get(id)?.obstacle).toBeUndefined();
    const broken = found.get(`${BOOK}kaputt.vcf`)!;
    expect(broken).toMatchObject({
      version: '"2"',
      obstacle,
      canonical: { type: "private", fields: {} },
    });
    expect(on.port.readAs!(broken, person())).toBe(broken);
  });

  describe("of a server that stumbles", () => {
    const stumbles = (over: (path: string) => boolean) => {
      on.server.intercept = ({ method, path, body }) =>
        (method === "GET" && over(path)) ||
        (method === "REPORT" && /boese/.test(body) && over("boese"))
          ? { status: 500 }
          : undefined;
    };
    const ids = [...Array(30).keys()].map((n) => `${BOOK}${n}.vcf`);
    const bad = `${BOOK}boese.vcf`;

    it("reads the others and takes the one for damaged", async () => {
      for (const id of [...ids, bad]) on.server.put(id, card("A"));
      stumbles((path) => path.includes("boese"));
      const found = await on.port.fetch([
        ...ids.slice(0, 7),
        bad,
        ...ids.slice(7),
      ]);
      expect(found.size).toBe(31);
      for (const [id, { obstacle }] of found)
        expect(obstacle).toBe(id === bad ? "unreadable" : undefined);
      const asked = on.requests("GET").filter(({ path }) => path === bad);
      expect(asked).toHaveLength(2);
    });

    it("asks again before that", async () => {
      for (const id of [...ids, bad]) on.server.put(id, card("A"));
      let first = true;
      stumbles((path) => {
        if (!path.endsWith("boese.vcf")) return path.includes("boese");
        const stumbled = first;
        first = false;
        return stumbled;
      });
      const found = await on.port.fetch([bad, ...ids]);
      expect(found.get(bad)?.obstacle).toBeUndefined();
    });

    it("waits where it answers for none", async () => {
      stumbles(() => true);
      const { requests } = on.session;
      for (const asked of [[bad], [bad, ...ids]])
        await expect(on.port.fetch(asked)).rejects.toMatchObject({
          kind: "transient",
        });
      expect(on.session.requests - requests).toBeLessThan(15);
    });
  });

  it("refuses entity declarations", async () => {
    on.server.intercept = ({ method }) =>
      method === "REPORT"
        ? {
            status: 207,
            headers: { "content-type": "text/xml" },
            body: '<?xml version="1.0"?><!-- x --><!DOCTYPE a [<!ENTITY b "c">]><multistatus xmlns="DAV:"/>',
          }
        : undefined;
    await expect(on.port.changes()).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("document type"),
    });
  });
});
