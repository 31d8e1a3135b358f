import { ADDRESS_FIELDS } from "@ams-sync/sync-core";
import type { Reading } from "./readings.js";

const DAY_MS = 24 * 3_600_000;
/** "More than 10 and more than 5 % of the items": the requirement's own figures, not the product's. */
const COUNT = 10;
const PERCENT = 5;

interface Removal {
  readonly at: number;
  readonly stream: string;
  readonly record: string;
}

/** What goes: a field, or the item. */
export interface Going {
  readonly record: string;
  readonly field?: string;
  readonly inAms?: true;
}

/** What somebody was shown and agreed to. */
export interface Approval {
  readonly record: string;
  readonly removal: "delete" | "clear";
  readonly fields: readonly string[];
}

/** What was deleted and emptied, and whether somebody had agreed. */
export class Removals {
  readonly #approved = new Map<string, Approval[]>();
  #all: Removal[] = [];

  approve(stream: string, approvals: readonly Approval[]): void {
    // A record and its item may be held both, and each for another thing.
    for (const approval of approvals) {
      const key = `${stream}/${approval.record}`;
      this.#approved.set(key, [...(this.#approved.get(key) ?? []), approval]);
    }
  }

  /**
   * @param field which one is emptied; without one the item goes
   * @returns what is wrong with it, if anything
   */
  add(
    stream: string,
    going: Going,
    links: number,
    at: number,
  ): string | undefined {
    const { record } = going;
    const approved = this.#approved.get(`${stream}/${record}`) ?? [];
    if (approved.some((one) => covers(one, going))) return undefined;
    this.#all = this.#all.filter((one) => one.at > at - DAY_MS);
    const ofStream = () => this.#all.filter((one) => one.stream === stream);
    if (ofStream().some((one) => one.record === record && one.at === at))
      return undefined;
    this.#all.push({ at, stream, record });
    const spent = ofStream().length;
    const items = links + spent;
    return spent > COUNT && spent * 100 > items * PERCENT
      ? `${spent} removals within a day of ${items} items for ${stream}: ${record}`
      : undefined;
  }
}

/** Who agreed to a deletion agreed to less there, and in ams to nothing. */
const covers = (
  { removal, fields }: Approval,
  { field, inAms }: Going,
): boolean =>
  removal === "delete"
    ? inAms !== true
    : field !== undefined && fields.includes(field);

/** An address that gives way as a whole to one in another place: what was never agreed may go, journaled and counted. */
export const isOther = (name: string, was: Reading, now: Reading): boolean =>
  ADDRESS_FIELDS.some((field) => field === name) &&
  (["city", "postalCode"] as const).some(
    (field) =>
      was[field] !== undefined &&
      now[field] !== undefined &&
      was[field] !== now[field],
  );
