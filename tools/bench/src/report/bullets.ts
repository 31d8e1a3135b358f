import type { Result } from "../result.js";
import type { BenchRecord } from "./bench-record.js";
import { draw, FONT, INK } from "./draw.js";
import { boundOf, figure, withUnit } from "./standing.js";

interface Bar {
  readonly label: string;
  /** In units of what it is compared with. */
  readonly length: number;
  /** What must not be passed, or must be reached, in the same units. */
  readonly bound?: number;
  readonly text: string;
  readonly reached: boolean;
}

/**
 * Each figure as a bar, as long as it is compared with its yardstick, or with
 * its bound where it has no yardstick: those stand at 1. A tick marks the bound.
 */
export function bulletsOf({ title, results }: BenchRecord): string | undefined {
  const whole = results.flatMap((result) => barOf(result) ?? []);
  if (whole.length === 0) return undefined;
  const bounds = whole.map(({ bound = 1 }) => bound);
  const longest = Math.min(
    Math.max(1, ...bounds, ...whole.map(({ length }) => length)),
    // One that is far out would leave nothing to see of the others.
    1.5 * Math.max(2, ...bounds),
  );
  const bars = whole.map((bar) =>
    bar.length > longest
      ? { ...bar, length: longest, text: `» ${bar.text}` }
      : bar,
  );
  const ticks = bars.flatMap(({ bound }, row) =>
    bound === undefined ? [] : [[bound, row]],
  );
  return draw(
    {
      grid: { left: 12, right: 12, top: 8, bottom: 30, containLabel: false },
      xAxis: {
        type: "value",
        min: 0,
        // Room for the text behind the longest bar.
        max: longest * 1.9,
        interval: stepFor(longest),
        axisLabel: {
          color: INK.text,
          formatter: (value: number) =>
            value <= longest * 1.05 ? figure(value) : "",
        },
        splitLine: { show: false },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: bars.map(({ label }) => label),
        axisLabel: {
          inside: true,
          color: INK.text,
          fontSize: FONT,
          verticalAlign: "bottom",
          padding: [0, 0, 10, 0],
          margin: 0,
        },
        z: 10,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: INK.faint } },
      },
      series: [
        {
          type: "bar",
          barWidth: 14,
          barCategoryGap: "40%",
          data: bars.map(({ length, reached }) => ({
            value: length,
            itemStyle: { color: reached ? INK.ours : INK.missed },
          })),
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: INK.theirs, type: "dashed" },
            data: [{ xAxis: 1 }],
          },
        },
        {
          type: "scatter",
          symbol: "rect",
          symbolSize: [3, 24],
          itemStyle: { color: INK.bound },
          data: ticks,
          z: 5,
        },
        {
          // Holds the texts, where neither bar nor tick is in their way.
          type: "scatter",
          symbolSize: 0,
          itemStyle: { opacity: 1 },
          data: bars.map(({ length, bound = 0 }, row) => [
            Math.max(length, bound),
            row,
          ]),
          label: {
            show: true,
            position: "right",
            distance: 8,
            color: INK.text,
            fontSize: FONT - 1,
            formatter: ({ dataIndex }: { dataIndex: number }) =>
              bars[dataIndex]?.text ?? "",
          },
        },
      ],
    },
    bars.length * 48 + 40,
    title,
  );
}

function barOf(result: Result): Bar | undefined {
  const { metric, value, unit, yardstick, yardstickValue, ratio, reached } =
    result;
  const bound = boundOf(result);
  const ours = withUnit(value, unit);
  if (yardstick !== null && yardstickValue !== null && ratio !== null)
    return Number.isFinite(ratio)
      ? {
          label: metric,
          length: ratio,
          text: `${ours} (${yardstick}: ${withUnit(yardstickValue, unit)})`,
          reached,
          ...(bound?.of === "ratio" && { bound: bound.bound }),
        }
      : undefined;
  if (bound === undefined || bound.bound === 0) return undefined;
  return {
    label: metric,
    length: value / bound.bound,
    text: ours,
    reached,
    bound: 1,
  };
}

/** About five steps of 1, 2 or 5. */
function stepFor(longest: number): number {
  const rough = longest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((each) => each * power >= rough) ?? 10;
  return step * power;
}
