import type { BenchRecord } from "./bench-record.js";
import { bulletsOf } from "./bullets.js";
import { sizesOf } from "./by-size.js";

export interface Plot {
  /** Below docs/benchmarks. */
  readonly file: string;
  /** What a reader who cannot see it is told. */
  readonly alternative: string;
  readonly svg: string;
}

/** Of the benchmarks that look at several sizes the curves, of all the figures against their yardsticks. */
export function plotsOf(record: BenchRecord): readonly Plot[] {
  const { name, title } = record;
  const curves =
    name === "memory"
      ? sizesOf(record, { unit: "MB", logarithmic: false })
      : name === "growth"
        ? sizesOf(record, { unit: "s", logarithmic: true })
        : undefined;
  const bullets = name === "memory" ? undefined : bulletsOf(record);
  return [
    ...(curves === undefined
      ? []
      : [
          {
            file: `${name}-by-size.svg`,
            alternative: `${title}: over the number of records`,
            svg: curves,
          },
        ]),
    ...(bullets === undefined
      ? []
      : [
          {
            file: `${name}.svg`,
            alternative: `${title}: each figure against its yardstick or its bound`,
            svg: bullets,
          },
        ]),
  ];
}
