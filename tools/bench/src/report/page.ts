import type { Result } from "../result.js";
import type { BenchRecord } from "./bench-record.js";
import { plotsOf } from "./plots.js";
import { figure, targetText, withUnit } from "./standing.js";

/** What stands between `<!-- bench NAME -->` and `<!-- end -->` is made from the records; the rest is written by hand. */
const PLACE = /(<!-- bench (\S+) -->\n)[\s\S]*?(<!-- end -->)/g;
const SUMMARY = "summary";

/** The page with its figures. @throws where it has a place for a benchmark that does not exist, or none for a record */
export function pageWith(
  page: string,
  records: readonly BenchRecord[],
  names: readonly string[],
): string {
  const places = [...page.matchAll(PLACE)].map(([, , name]) => name ?? "");
  const strange = places.filter((name) => ![...names, SUMMARY].includes(name));
  const homeless = records.filter(({ name }) => !places.includes(name));
  if (strange.length + homeless.length > 0)
    throw new Error(
      `The page's places and the benchmarks differ: ${[...strange, ...homeless.map(({ name }) => name)].join(", ")}.`,
    );
  return page.replace(PLACE, (_, begin: string, name: string, end: string) => {
    const record = records.find((each) => each.name === name);
    const content =
      name === SUMMARY
        ? summaryOf(
            records,
            names.filter((each) => !records.some((one) => one.name === each)),
          )
        : record === undefined
          ? "_Not measured yet._\n"
          : sectionOf(record);
    return `${begin}\n${content}\n${end}`;
  });
}

function summaryOf(
  records: readonly BenchRecord[],
  unmeasured: readonly string[],
): string {
  const judged = records.flatMap(({ name, results }) =>
    results
      .filter(({ target }) => target !== null)
      .map((result) => ({ name, result })),
  );
  if (judged.length === 0) return "_Not measured yet._\n";
  const missed = judged.filter(({ result }) => !result.reached);
  const count = `${judged.length - missed.length} of ${judged.length} measured targets are reached.`;
  const open =
    unmeasured.length === 0
      ? ""
      : `\nNot measured yet: ${unmeasured.map((name) => `[${name}](#${name})`).join(", ")}.\n`;
  return missed.length === 0
    ? `**${count}**\n${open}`
    : `**${count}** These are not:\n\n${missed
        .map(
          ({ name, result }) =>
            `- [${name}](#${name}): ${result.metric}: ${standing(result)}, wanted ${targetText(result)}\n`,
        )
        .join("")}${open}`;
}

function sectionOf(record: BenchRecord): string {
  const { machine: m, versions, measuredAt, pairs, results } = record;
  const plots = plotsOf(record).map(
    ({ file, alternative }) => `![${alternative}](benchmarks/${file})\n`,
  );
  const programs = Object.entries(versions).map((entry) => entry.join(" "));
  const beside =
    m.loadBefore > 0.5
      ? ` **Other work ran beside it (load ${m.loadBefore}): read the ratios, not the values.**`
      : "";
  return [
    tableOf(results),
    ...plots,
    `_Median of ${pairs} ${pairs === 1 ? "pair" : "pairs"}, ${measuredAt.slice(0, 10)}, on ${m.cores} cores of ${m.processor} with ${m.memoryGb} GB (${m.system}); ${programs.join(", ")}._${beside}\n`,
  ].join("\n");
}

const standing = ({ value, unit, ratio, target }: Result): string =>
  target?.startsWith("ratio") && ratio !== null
    ? `${figure(ratio)} times`
    : withUnit(value, unit);

function tableOf(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.metric,
    withUnit(result.value, result.unit),
    result.yardstick === null || result.yardstickValue === null
      ? ""
      : `${result.yardstick}: ${withUnit(result.yardstickValue, result.unit)}`,
    result.ratio === null ? "" : figure(result.ratio),
    targetText(result),
    result.target === null ? "" : result.reached ? "yes" : "**no**",
  ]);
  return markdownTable(
    ["", "ours", "yardstick", "ratio", "wanted", "reached"],
    rows,
  );
}

/** As prettier lays tables out, so that formatting the page changes nothing. */
function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((cell, column) =>
    Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? cell).length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(head), rule, ...rows.map(line)].join("");
}
