import type { Result } from "../result.js";
import type { BenchRecord } from "./bench-record.js";
import { draw, INK } from "./draw.js";
import { boundOf, figure } from "./standing.js";

/** "peak memory of state, 1,000 records", "first transfer of 1,000 records". */
const METRIC = /^(?:peak memory of )?(.*?)(?:,| of) ([\d,]+) records$/;

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [records: number, value: number])[];
  readonly theirs: boolean;
}

/** Values over the number of records, a line for each of what was measured at several sizes. */
export function sizesOf(
  { title, results }: BenchRecord,
  { unit, logarithmic }: { unit: string; logarithmic: boolean },
): string | undefined {
  const lines = linesOf(results.filter((result) => result.unit === unit));
  if (lines.length === 0) return undefined;
  const bound = results
    .filter((result) => result.unit === unit)
    .map(boundOf)
    .find((each) => each?.of === "value")?.bound;
  const axis = {
    nameTextStyle: { color: INK.text },
    axisLabel: { color: INK.text, formatter: (value: number) => figure(value) },
    splitLine: { lineStyle: { color: INK.faint } },
    axisLine: { lineStyle: { color: INK.faint } },
  };
  return draw(
    {
      grid: { left: 64, right: 170, top: 32, bottom: 48 },
      xAxis: {
        ...axis,
        type: "log",
        name: "records",
        nameLocation: "middle",
        nameGap: 30,
        min: "dataMin",
      },
      yAxis: {
        ...axis,
        type: logarithmic ? "log" : "value",
        name: unit,
        ...(bound !== undefined && { max: Math.ceil((bound * 1.1) / 50) * 50 }),
      },
      series: lines.map(({ name, points, theirs }, index) => ({
        type: "line",
        name,
        data: points,
        symbol: SYMBOLS[index % SYMBOLS.length],
        symbolSize: 8,
        itemStyle: { color: theirs ? INK.theirs : colourAt(index) },
        lineStyle: {
          color: theirs ? INK.theirs : colourAt(index),
          width: 2,
          type: DASHES[index % DASHES.length],
        },
        // Beside the line's end, where a legend would have to be looked up.
        endLabel: {
          show: true,
          formatter: name,
          color: INK.text,
          distance: 10,
        },
        labelLayout: { moveOverlap: "shiftY" },
        ...(bound !== undefined &&
          index === 0 && {
            markLine: {
              silent: true,
              symbol: "none",
              lineStyle: { color: INK.bound, type: "solid" },
              label: {
                color: INK.text,
                formatter: `at most ${figure(bound)}`,
                position: "insideEndTop",
              },
              data: [{ yAxis: bound }],
            },
          }),
      })),
    },
    360,
    title,
  );
}

const COLOURS = [INK.ours, INK.second, INK.third, INK.theirs];
const colourAt = (index: number) => COLOURS[index % COLOURS.length];
/** Told apart without colours. */
const SYMBOLS = ["circle", "rect", "triangle", "diamond"] as const;
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3]] as const;

function linesOf(results: readonly Result[]): Line[] {
  const points = new Map<string, [number, number][]>();
  const others = new Map<string, [number, number][]>();
  for (const { metric, value, yardstick, yardstickValue } of results) {
    const [, name, count] = METRIC.exec(metric) ?? [];
    if (name === undefined || count === undefined) continue;
    const records = Number(count.replaceAll(",", ""));
    add(points, name, [records, value]);
    if (yardstick !== null && yardstickValue !== null)
      add(others, yardstick, [records, yardstickValue]);
  }
  const linesIn = (from: typeof points, theirs: boolean): Line[] =>
    [...from]
      .filter(([, some]) => some.length > 1)
      .map(([name, some]) => ({ name, points: some, theirs }));
  return [...linesIn(points, false), ...linesIn(others, true)];
}

const add = (
  to: Map<string, [number, number][]>,
  name: string,
  point: [number, number],
): void => void to.set(name, [...(to.get(name) ?? []), point]);
