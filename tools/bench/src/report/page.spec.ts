import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { CHECKOUT } from "@ams-sync/stack";
import { describe, expect, it } from "vitest";
import { BENCHES } from "../benches/index.js";
import type { Result } from "../result.js";
import { keptRecords, type BenchRecord } from "./bench-record.js";
import { pageWith } from "./page.js";
import { plotsOf } from "./plots.js";

const names = BENCHES.map(({ name }) => name);

describe("docs/benchmarks.md", () => {
  const docs = join(CHECKOUT, "docs");

  it("holds the figures that are kept, and has a place for every benchmark", async () => {
    const page = await readFile(join(docs, "benchmarks.md"), "utf8");
    const records = await keptRecords(join(docs, "benchmarks"), names);
    expect(pageWith(page, records, names)).toBe(page);
    for (const name of names) expect(page).toContain(`<!-- bench ${name} -->`);
  });

  it("shows plots of these figures and no others", async () => {
    const folder = join(docs, "benchmarks");
    const records = await keptRecords(folder, names);
    const plots = records.flatMap(plotsOf);
    for (const { file, svg } of plots)
      expect(await readFile(join(folder, file), "utf8"), file).toBe(svg);
    const there = await readdir(folder).catch((): string[] => []);
    expect(there.filter((file) => file.endsWith(".svg")).sort()).toEqual(
      plots.map(({ file }) => file).sort(),
    );
  });
});

const result = (over: Partial<Result>): Result => ({
  metric: "Radicale, 1,000 contacts",
  value: 37.25,
  unit: "1/s",
  yardstick: "bare <loop>",
  yardstickValue: 40,
  ratio: 0.93125,
  target: "ratio >= 0.85",
  reached: true,
  ...over,
});
const record = (
  name: string,
  results: readonly Result[],
  loadBefore = 0.1,
): BenchRecord => ({
  name,
  title: `${name} & more`,
  measuredAt: "2026-11-23T10:00:00.000Z",
  pairs: 3,
  machine: {
    system: "Debian 12, Linux 6.1",
    processor: "Xeon",
    cores: 2,
    memoryGb: 25,
    loadBefore,
  },
  versions: { Node: "24.21.0", radicale: "3.1.8-2" },
  results,
});
const PAGE = `# Title

<!-- bench summary -->
<!-- end -->

by hand

<!-- bench a -->
old
<!-- end -->

<!-- bench b -->
<!-- end -->
`;

describe("pageWith", () => {
  it("fills its places, leaves the rest, and again changes nothing", () => {
    const records = [record("a", [result({})])];
    const page = pageWith(PAGE, records, ["a", "b"]);
    expect(page).not.toContain("old");
    expect(page).toContain("by hand");
    expect(page).toContain("**1 of 1 measured targets are reached.**");
    expect(page).toMatch(
      /\| Radicale, 1,000 contacts \| 37.25 per s \| bare <loop>: 40 per s \| 0.9313 \| at least 0.85 times \| yes {5}\|/,
    );
    expect(page).toContain("2026-11-23, on 2 cores of Xeon with 25 GB");
    expect(page).not.toContain("Other work ran beside");
    expect(page).toContain("_Not measured yet._");
    expect(page).toContain("Not measured yet: [b](#b).");
    expect(pageWith(page, records, ["a", "b"])).toBe(page);
  });

  it("names what is missed, and tells of other work", () => {
    const memory = result({
      metric: "peak memory of state, 100,000 records",
      value: 1251,
      unit: "MB",
      ...{ yardstick: null, yardstickValue: null, ratio: null },
      ...{ target: "value <= 250", reached: false },
    });
    const page = pageWith(
      PAGE,
      [record("b", [memory, result({})], 7)],
      ["a", "b"],
    );
    expect(page).toContain(
      "**1 of 2 measured targets are reached.** These are not:",
    );
    expect(page).toContain(
      "- [b](#b): peak memory of state, 100,000 records: 1,251 MB, wanted at most 250 MB",
    );
    expect(page).toContain("Other work ran beside it (load 7)");
  });

  it("refuses a page that knows other benchmarks", () => {
    expect(() => pageWith(PAGE, [], ["a"])).toThrow("differ: b");
    expect(() => pageWith(PAGE, [record("c", [])], ["a", "b", "c"])).toThrow(
      "differ: c",
    );
  });
});

describe("plotsOf", () => {
  const sizes = (metric: string, unit: string) =>
    [1_000, 10_000, 100_000].map((size, at) =>
      result({
        metric: `${metric} ${size.toLocaleString("en")} records`,
        value: 100 + at,
        unit,
      }),
    );

  it("draws figures against their yardsticks, in colours of light and dark", () => {
    const [plot] = plotsOf(record("a", [result({}), result({ ratio: 80 })]));
    expect(plot?.file).toBe("a.svg");
    expect(plot?.svg).toContain("<title>a &amp; more</title>");
    expect(plot?.svg).toContain("prefers-color-scheme: dark");
    expect(plot?.svg).toContain("37.25 per s (bare &lt;loop&gt;: 40 per s)");
    expect(plot?.svg).not.toMatch(/NaN|undefined/);
  });

  it("draws curves over the number of records", () => {
    const memory = plotsOf(
      record("memory", sizes("peak memory of state,", "MB")),
    );
    expect(memory.map(({ file }) => file)).toEqual(["memory-by-size.svg"]);
    expect(memory[0]?.svg).toContain(">state<");
    const growth = plotsOf(record("growth", sizes("first transfer of", "s")));
    expect(growth.map(({ file }) => file)).toEqual([
      "growth-by-size.svg",
      "growth.svg",
    ]);
    expect(growth[0]?.svg).toContain(">first transfer<");
    for (const { svg } of [...memory, ...growth])
      expect(svg).not.toMatch(/NaN|undefined/);
  });

  it("the same figures give the same picture", () => {
    const one = record("memory", sizes("peak memory of state,", "MB"));
    expect(plotsOf(one)).toEqual(plotsOf(one));
  });

  it("draws nothing of nothing", () => {
    expect(plotsOf(record("a", []))).toEqual([]);
  });
});
