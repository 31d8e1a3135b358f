import {
  every,
  FAULTS,
  first,
  isCreate,
  isUpdate,
  nth,
  QUIRKS,
  radicaleAvailable,
} from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conclude, type DavCase, runCase, WELL } from "./case.js";
import { keepsAway } from "./keeps-away.js";
import { openDavSite, REQUEST_TIMEOUT_MS, type DavSite } from "./site.js";

const CASES: readonly DavCase[] = [
  {
    name: "slow beyond the time-out, at a create of the first transfer",
    phase: "first",
    fault: FAULTS.slow(REQUEST_TIMEOUT_MS + 500),
    pick: () => nth(3, isCreate),
  },
  {
    name: "answering 500 to six writes in a row",
    phase: "wave",
    fault: FAULTS.fails(500),
    pick: ({ writes }) => first(6, writes, 1),
  },
  {
    name: "closing kept connections",
    phase: "first",
    fault: QUIRKS["connections-dropped"],
    pick: () => every(() => true),
  },
  {
    name: "losing the answer of a create twice",
    phase: "first",
    fault: FAULTS.answerLost(),
    pick: () => first(2, isCreate, 2),
  },
  {
    name: "losing the answers of all updates once and again",
    phase: "wave",
    fault: FAULTS.answerLost(),
    pick: () => first(8, isUpdate),
  },
  {
    name: "losing the answers of deletes",
    phase: "wave",
    fault: FAULTS.answerLost(),
    pick: () => first(5, "DELETE"),
  },
];

describe.skipIf(!radicaleAvailable())("a DAV server", () => {
  let site: DavSite;
  beforeAll(async () => {
    // One worker: if it slept for a busy server, others would have to wait.
    site = await openDavSite({ WORKER_CONCURRENCY: "1" });
  });
  afterAll(() => site?.stop());

  it.each(CASES)("$name", async (one) => {
    const outcome = await runCase(site, one);
    expect(outcome).toMatchObject(WELL);
    expect(outcome.struck).toBeGreaterThan(0);
    expect(site.deaths).toEqual([]);
  });

  it("gone in the middle of a run, and back", async () => {
    const branch = await site.branch();
    let gone = false;
    const lift = site.impose({
      ...{ name: "gone", sentence: "The server is gone after two writes." },
      behave: async (request, next) => {
        const due =
          !gone && branch.requests().filter(branch.writes).length >= 2;
        if (due) {
          gone = true;
          await site.proxy.vanish();
        }
        return next(request);
      },
    });
    await branch.connect();
    await expect.poll(() => gone, { timeout: 20_000 }).toBe(true);
    lift();
    const told = async () => (await branch.status()).errorMessage;
    await expect
      .poll(told, { timeout: 20_000 })
      .toMatch(/cannot be reached|broke off/);
    await site.proxy.comeBack();
    await branch.exact();
    expect(await conclude(branch)).toEqual(WELL);
    await branch.close();
  });

  it("busy, with Retry-After", async () => {
    expect(await keepsAway(site, "5")).toEqual(WELL);
  });
});
