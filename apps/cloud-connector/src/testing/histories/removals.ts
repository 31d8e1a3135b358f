import { allowance } from "@ams-sync/sync-core";

const DAY_MS = 24 * 3_600_000;

interface Removal {
  readonly at: number;
  readonly stream: string;
  readonly record: string;
}

/** What was deleted and emptied, and whether somebody had agreed. */
export class Removals {
  readonly #approved = new Set<string>();
  #all: Removal[] = [];

  approve(stream: string, records: readonly string[]): void {
    for (const record of records) this.#approved.add(`${stream}/${record}`);
  }

  /** @returns what is wrong with it, if anything */
  add(
    stream: string,
    record: string,
    links: number,
    at: number,
  ): string | undefined {
    if (this.#approved.has(`${stream}/${record}`)) return undefined;
    this.#all = this.#all.filter((one) => one.at > at - DAY_MS);
    const ofStream = () => this.#all.filter((one) => one.stream === stream);
    if (ofStream().some((one) => one.record === record && one.at === at))
      return undefined;
    this.#all.push({ at, stream, record });
    const spent = ofStream().length;
    return spent > allowance({ items: links + spent, spent: 0 })
      ? `${spent} removals within a day for ${stream}: ${record}`
      : undefined;
  }
}
