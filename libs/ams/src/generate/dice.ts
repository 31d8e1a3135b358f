import { base, de, Faker } from "@faker-js/faker";

/** One reproducible sequence of choices. Every table has its own, so that one table's size leaves the others alone. */
export class Dice {
  readonly faker = new Faker({ locale: [de, base] });

  constructor(seed: number, table: number) {
    this.faker.seed([seed, table]);
  }

  /** From 0 to below `below`. */
  int(below: number): number {
    return this.faker.number.int(below - 1);
  }

  between(from: number, to: number): number {
    return from + this.int(to - from + 1);
  }

  /** True in `percent` of 100 cases; tenths of a percent count. */
  chance(percent: number): boolean {
    return this.int(1000) < percent * 10;
  }

  pick<T>(list: readonly T[]): T {
    const one = list[this.int(list.length)];
    if (one === undefined) throw new RangeError("Nothing to pick from.");
    return one;
  }

  /** The value in `percent` of 100 cases, otherwise a missing field. The choice is made in both cases. */
  maybe<T>(percent: number, value: T): T | null {
    return this.chance(percent) ? value : null;
  }

  digits(count: number): string {
    return String(this.between(10 ** (count - 1), 10 ** count - 1));
  }
}
