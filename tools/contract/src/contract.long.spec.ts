import { CONTRACT } from "@ams-sync/connector-kit/contract";
import type { LocalServer, QuirkName } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tryContract } from "./testing/keep.js";
import { SERVERS } from "./testing/servers.js";
import { PAIRS, SINGLES } from "./testing/traps.js";

const total = { runs: 0, kept: 0, skipped: 0, broken: 0 };
afterAll(() => {
  console.info(
    `${total.runs} runs of ${CONTRACT.length} cases: ${total.kept} kept, ${total.skipped} not asked, ${total.broken} broken`,
  );
});

/** A server has one user here. */
const ONE_BY_ONE = { concurrent: false };

/** The whole contract at each server, with each trap and with each two of them. The servers wait side by side. */
describe.concurrent.each(SERVERS)("the cloud connector at $name", (one) => {
  let server: LocalServer & { readonly url: string };
  beforeAll(async () => {
    // Not skipped: a matrix that lacks a server would look whole.
    expect(one.available(), `${one.name} is installed`).toBe(true);
    server = await one.start();
  });
  afterAll(() => server?.stop());

  const tried = async (name: string, traps: readonly QuirkName[]) => {
    const { hits, ...told } = await tryContract(one, server, traps);
    total.runs += 1;
    total.kept += told.kept;
    total.skipped += told.skipped;
    total.broken += told.broken.length;
    console.info(
      `${one.name}, ${name}: ${told.kept} kept, ${told.skipped} not asked, ${told.broken.length} broken; acted: ${JSON.stringify(hits)}${told.broken.map((one) => `\n  ${one}`).join("")}`,
    );
    expect(told.broken).toEqual([]);
    expect(told.kept + told.skipped).toBe(CONTRACT.length);
    return told.unacted;
  };

  it.each(SINGLES)("keeps the contract with %s", ONE_BY_ONE, async (trap) => {
    const idle = one.idle[trap] === undefined ? [] : [trap];
    expect(await tried(trap, [trap]), "traps that never acted").toEqual(idle);
  });

  it.each(PAIRS.map((traps, n) => [n + 1, traps] as const))(
    `keeps the contract with the traps of row %i of ${PAIRS.length}`,
    ONE_BY_ONE,
    async (n, traps) => {
      const unacted = await tried(`row ${n}`, traps);
      expect(
        unacted.filter((trap) => one.idle[trap] === undefined),
        "traps that never acted",
      ).toEqual([]);
    },
  );
});
