import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { CREATE, Quirked, sync, tokenOf, vcard } from "../testing/quirked.js";
import { FAULTS, nth, on as picked, type QuirkName } from "./index.js";

let on: Quirked;
beforeAll(async () => {
  on = await Quirked.start();
});
beforeEach(() => on.proxy.hits.clear());
afterAll(() => on?.stop());

const put = (name: string, text: string, headers = {}) =>
  on.ask("PUT", name, { body: text, headers });
const etagOf = async (name: string) =>
  String((await on.direct("GET", name)).headers.etag);
const PLAIN = vcard("a");
const DEEP = { headers: { depth: "1" } };

interface Case {
  readonly quirk: QuirkName;
  /** What the quirk is not about. */
  readonly idle: () => Promise<unknown>;
  /** What it is about, once. */
  readonly once: () => Promise<unknown>;
}

const CASES: readonly Case[] = [
  {
    quirk: "put-without-etag",
    idle: () => on.ask("GET", "a.vcf"),
    once: () => put("a.vcf", PLAIN),
  },
  {
    quirk: "create-overwrites",
    idle: () => put("b.vcf", vcard("b"), CREATE),
    once: () => put("a.vcf", PLAIN, CREATE),
  },
  {
    quirk: "stale-delete-deletes",
    idle: async () =>
      on.ask("DELETE", "c.vcf", {
        headers: { "if-match": await etagOf("c.vcf") },
      }),
    once: () => on.ask("DELETE", "a.vcf", { headers: { "if-match": '"alt"' } }),
  },
  {
    quirk: "racing-updates-lost",
    idle: async () => {
      const fresh = { "if-match": await etagOf("a.vcf") };
      await put("a.vcf", vcard("a", "NOTE:eins"), fresh);
      await put("a.vcf", PLAIN, { "if-match": '"alt"' });
    },
    once: async () => {
      // The second one has to look while the first one is between its look and its write, and once more after that: not
      // always so on a busy machine.
      for (let round = 0; round < 20; round += 1) {
        const same = { "if-match": await etagOf("a.vcf") };
        const writes = [`NOTE:zwei ${round}`, `NOTE:drei ${round}`].map(
          async (note, turn) => {
            await new Promise((resolve) => setTimeout(resolve, turn * 15));
            return (await put("a.vcf", vcard("a", note), same)).status;
          },
        );
        const refused = (await Promise.all(writes)).includes(412);
        if (on.proxy.hits.of("racing-updates-lost") === 0) continue;
        expect(refused).toBe(false);
        return;
      }
      throw new Error("The two never raced.");
    },
  },
  {
    quirk: "etag-repeats",
    idle: async () => {
      await on.ask("GET", "a.vcf");
      await put("a.vcf", vcard("a", "NOTE:eins"));
      await on.ask("DELETE", "a.vcf");
    },
    once: () => put("a.vcf", vcard("a", "NOTE:zwei")),
  },
  {
    quirk: "identical-put-changes-etag",
    idle: async () => {
      await put("a.vcf", vcard("a", "NOTE:eins"));
      await on.ask("GET", "a.vcf");
    },
    once: () => put("a.vcf", vcard("a", "NOTE:eins")),
  },
  {
    quirk: "stored-trimmed",
    idle: () => put("a.vcf", PLAIN.replace("N:Müßig;Jörg;;;", "N:Müßig;Jörg")),
    once: () => put("a.vcf", vcard("a", "TITLE:Bäcker  ")),
  },
  {
    quirk: "unknown-token-full-list",
    idle: () => on.report(sync("")),
    once: async () => on.report(sync(tokenOf(await on.report(sync(""))))),
  },
  {
    // Multistatus answers are parsed and written anew where nothing changes as well.
    quirk: "hrefs-decoded",
    idle: () => on.ask("PROPFIND", "", DEEP),
    once: async () => {
      await on.direct("PUT", "K%C3%A4the.vcf", { body: vcard("Käthe") });
      await on.ask("PROPFIND", "", DEEP);
    },
  },
  {
    quirk: "well-known-missing",
    idle: () => on.ask("PROPFIND", ""),
    once: () => on.ask("GET", "/.well-known/carddav"),
  },
];

it.each(CASES)("counts $quirk where it acts, and only there", async (one) => {
  await on.begin();
  for (const name of ["a", "c"])
    await on.direct("PUT", `${name}.vcf`, { body: vcard(name) });
  on.proxy.quirks = [one.quirk];
  await one.idle();
  expect(on.proxy.hits.byName).toEqual({});
  await one.once();
  expect(on.proxy.hits.byName).toEqual({ [one.quirk]: 1 });
});

it.each([
  FAULTS.reset(),
  FAULTS.slow(5),
  FAULTS.late(5),
  FAULTS.trickled(1),
  FAULTS.fails(),
  FAULTS.busy("1"),
  FAULTS.cut(),
  FAULTS.answerLost(),
])("counts the fault $name", async (fault) => {
  await on.begin(picked(nth(2, "PROPFIND"), fault));
  await on.ask("PROPFIND", "");
  expect(on.proxy.hits.of(fault.name)).toBe(0);
  await on.ask("PROPFIND", "").catch(() => undefined);
  expect(on.proxy.hits.of(fault.name)).toBe(1);
});
