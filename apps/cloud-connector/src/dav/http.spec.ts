import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BOOK,
  identity,
  NOW,
  person,
  type OnTrapServer,
  onTrapServer,
} from "../testing/on-trap-server.js";

let on: OnTrapServer;
beforeEach(async () => {
  on = await onTrapServer();
});
afterEach(() => on.stop());

const kind = (expected: string) => ({ kind: expected });

describe("connections", () => {
  it("sends a request again whose kept connection was dropped", async () => {
    const { id } = await on.port.create(identity(1), person());
    on.server.traps.drops = "before";
    expect((await on.port.fetch([id])).size).toBe(1);
    expect(await on.port.create(identity(2), person())).toHaveProperty(
      "version",
      '"2"',
    );
    await on.port.delete(id);
    expect(on.server.items.size).toBe(1);
  });

  it("recognises its own create and update whose answers got lost", async () => {
    on.server.traps.drops = "after";
    const created = await on.port.create(identity(1), person());
    expect(created.version).toBe('"1"');
    expect(on.requests("PUT").length).toBe(2);
    const item = (await on.port.fetch([created.id])).get(created.id)!;
    const updated = await on.port.update(item, person({ city: "Bonn" }));
    expect(updated.version).toBe('"2"');
    await on.port.delete(created.id, updated.version);
    expect(on.server.items.size).toBe(0);
  });

  it("does not take somebody else's item for its own after a lost answer", async () => {
    const id = on.port.addressOf(identity(1))!;
    on.server.traps.drops = "before";
    on.server.put(id, "BEGIN:VCARD\r\nN:Fremd;;;;\r\nFN:Fremd\r\nEND:VCARD");
    await expect(on.port.create(identity(1), person())).rejects.toMatchObject(
      kind("precondition"),
    );
  });

  it("gives up waiting", async () => {
    on.server.intercept = ({ method }) =>
      method === "PUT" ? { status: 201, delayMs: 9_000 } : undefined;
    const begun = performance.now();
    await expect(on.port.create(identity(1), person())).rejects.toMatchObject({
      kind: "transient",
      message: expect.stringContaining("in time"),
    });
    expect(performance.now() - begun).toBeLessThan(6_000);
  });

  it("returns what was written where only the reading back takes too long", async () => {
    on.server.traps.putEtag = "none";
    on.server.intercept = ({ method }) =>
      method === "GET" ? { status: 200, delayMs: 9_000 } : undefined;
    expect(await on.port.create(identity(1), person())).toEqual({
      id: on.port.addressOf(identity(1)),
      // Nobody knows what is there of it.
      unkept: ["firstName", "lastName", "city"],
    });
  });

  it("says that a server cannot be reached", async () => {
    await on.server.stop();
    await expect(on.port.changes()).rejects.toMatchObject({
      kind: "transient",
      message: expect.stringMatching(/cannot be reached|broke off/),
    });
  });

  it("refuses an answer without end", async () => {
    const small = await onTrapServer({ maxBodyBytes: 4_096 });
    for (let n = 0; n < 50; n++) small.server.put(`${BOOK}${n}.vcf`, "x");
    await expect(small.port.changes()).rejects.toMatchObject(kind("rejected"));
    await small.stop();
  });
});

describe("load", () => {
  it.each([
    ["120", 120_000],
    [new Date(NOW + 90_000).toUTCString(), 90_000],
  ])("honours Retry-After: %s", async (value, retryAfterMs) => {
    for (const status of [429, 503]) {
      on.server.intercept = () => ({
        status,
        headers: { "retry-after": value },
      });
      await expect(on.port.create(identity(1), person())).rejects.toMatchObject(
        {
          kind: "throttled",
          detail: { retryAfterMs },
        },
      );
    }
  });

  it("has fewer requests under way after a 5xx", async () => {
    for (let n = 0; n < 40; n++) {
      const both = [
        on.port.create(identity(n), person()),
        on.port.create(identity(1_000 + n), person()),
      ];
      await Promise.all(both);
    }
    const before = on.port.concurrency;
    expect(before).toBeGreaterThanOrEqual(2);
    on.server.intercept = () => ({ status: 502 });
    await expect(on.port.create(identity(999), person())).rejects.toMatchObject(
      kind("transient"),
    );
    expect(on.port.concurrency).toBe(Math.floor(before / 2));
  });
});
