import type { Result } from "./result.js";

/** Results for people, a line each. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.target === null ? "    " : result.reached ? "ok  " : "MISS",
    result.metric,
    `${result.value} ${result.unit}`,
    result.yardstick === null
      ? ""
      : `${result.yardstick}: ${result.yardstickValue} ${result.unit}`,
    result.ratio === null ? "" : `ratio ${result.ratio}`,
    result.target ?? "",
  ]);
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}\n`)
    .join("");
}
