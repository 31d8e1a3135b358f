import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BOOK,
  type OnTrapServer,
  onTrapServer,
} from "../testing/on-trap-server.js";
import { multistatus, row, XML } from "../testing/wire.js";

let on: OnTrapServer;
beforeEach(async () => {
  on = await onTrapServer();
});
afterEach(() => on.stop());

const kind = (expected: string) => ({ kind: expected });

describe("changes", () => {
  beforeEach(() => {
    for (const name of ["a", "b", "c", "d", "e"])
      on.server.put(`${BOOK}${name}.vcf`, `FN:${name}`);
  });
  const names = (changes: readonly { id: string }[]) =>
    changes.map(({ id }) => id.slice(BOOK.length)).sort();

  it("tells what changed and what is gone since the token, also without .vcf at its end", async () => {
    const { token } = await on.port.changes();
    on.server.put(`${BOOK}ohne-endung`, "FN:x");
    on.server.put(`${BOOK}b.vcf`, "FN:neu");
    on.server.remove(`${BOOK}c.vcf`);
    const page = await on.port.changes(token);
    expect(page.changes).toEqual([
      {
        id: `${BOOK}ohne-endung`,
        gone: false,
        version: on.server.etagOf(`${BOOK}ohne-endung`),
      },
      {
        id: `${BOOK}b.vcf`,
        gone: false,
        version: on.server.etagOf(`${BOOK}b.vcf`),
      },
      { id: `${BOOK}c.vcf`, gone: true },
    ]);
    expect(page.more).toBe(false);
  });

  it("goes on where an answer was cut off", async () => {
    on.server.traps.pageSize = 2;
    const found: string[] = [];
    let token: string | undefined;
    let pages = 0;
    for (let more = true; more; pages++) {
      const page = await on.port.changes(token);
      found.push(...names(page.changes));
      ({ token, more } = page);
    }
    expect(pages).toBe(3);
    expect(found.sort()).toEqual(["a.vcf", "b.vcf", "c.vcf", "d.vcf", "e.vcf"]);
  });

  it("does not ask for ever where a cut-off answer has the same token", async () => {
    const { token } = await on.port.changes();
    on.server.intercept = () =>
      multistatus(
        `<d:response><d:href>${BOOK}</d:href><d:status>HTTP/1.1 507 x</d:status></d:response>`,
        "<d:sync-token>urn:t:5</d:sync-token>",
      );
    expect((await on.port.changes(token)).more).toBe(false);
  });

  it.each(["403", "409", "500", "full-list"] as const)(
    "knows an unknown token answered with %s",
    async (unknownToken) => {
      on.server.traps.unknownToken = unknownToken;
      const { token } = await on.port.changes();
      const void_ = token!.replace("urn:t:5", "urn:t:999");
      expect(void_).not.toBe(token);
      await expect(on.port.changes(void_)).rejects.toMatchObject(
        kind("token-expired"),
      );
      expect(names((await on.port.changes()).changes).length).toBe(5);
    },
  );

  it.each(["forbidden", "empty", "crashes"] as const)(
    "lists by PROPFIND where sync-collection is %s",
    async (sync) => {
      on.server.traps.sync = sync;
      const first = await on.port.changes();
      expect(names(first.changes).length).toBe(5);
      expect(first.changes[0]?.version).toBe('"1"');
      expect(await on.port.changes(first.token)).toEqual({
        changes: [],
        token: first.token,
        more: false,
      });
      on.server.put(`${BOOK}f.vcf`, "FN:f");
      await expect(on.port.changes(first.token)).rejects.toMatchObject(
        kind("token-expired"),
      );
      on.server.traps.ctag = false;
      const without = await on.port.changes();
      expect(names(without.changes).length).toBe(6);
      expect(without.token).toBeUndefined();
    },
  );

  it("does not mistake a server's failure for an unknown token", async () => {
    const { token } = await on.port.changes();
    on.server.intercept = () => ({ status: 503 });
    await expect(on.port.changes(token)).rejects.toMatchObject(
      kind("transient"),
    );
    on.server.intercept = () => ({ status: 401 });
    await expect(on.port.changes(token)).rejects.toMatchObject(kind("auth"));
    on.server.intercept = () => ({ status: 404 });
    await expect(on.port.changes(token)).rejects.toMatchObject(kind("gone"));
  });

  it("does not take the answer of another collection for its own where the server redirects", async () => {
    const { token } = await on.port.changes();
    on.server.intercept = ({ path }) =>
      path.startsWith(BOOK)
        ? {
            status: 308,
            headers: { location: path.replace(BOOK, "/dav/home/neu/") },
          }
        : undefined;
    on.server.collections.set("/dav/home/neu/", "addressbook");
    await expect(on.port.changes(token)).rejects.toMatchObject(kind("gone"));
  });
});

it("keeps of a long list no more than ids and versions", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const ROWS = 20_000;
  const patient = await onTrapServer({ requestTimeoutMs: 30_000 });
  const list = function* (rows: number) {
    yield `<d:multistatus xmlns:d="DAV:">`;
    for (let index = 0; index < rows; index += 1)
      yield row(`${BOOK}00000000-0000-4000-8000-${index}.vcf`, [
        `<d:getetag>"${String(index).padStart(64, "0")}"</d:getetag>`,
      ]);
    yield `<d:sync-token>urn:t:7</d:sync-token></d:multistatus>`;
  };
  const answer = (rows: number) => {
    patient.server.intercept = () => ({
      status: 207,
      headers: XML,
      chunks: list(rows),
    });
  };
  try {
    answer(10);
    await patient.port.changes();
    const before = used();
    answer(ROWS);
    const { changes, token } = await patient.port.changes();
    const perChange = (used() - before) / ROWS;
    expect(changes).toHaveLength(ROWS);
    expect(token).toContain("urn:t:7");
    expect(perChange).toBeLessThan(320);
  } finally {
    await patient.stop();
  }
}, 60_000);
