/** More than so many and more than such a share of a stream's items: then somebody is asked first. */
const GUARD_COUNT = 10;
const GUARD_PERCENT = 5;

export interface Totals {
  /** Links of the stream. */
  readonly items: number;
  /** Destructive actions of the last 24 hours that nobody approved. */
  readonly spent: number;
}

/** How many items may be deleted or cleared now without asking. */
export const allowance = ({ items, spent }: Totals): number =>
  Math.max(
    0,
    Math.max(GUARD_COUNT, Math.floor((items * GUARD_PERCENT) / 100)) - spent,
  );

export type Verdict<Id> =
  | { readonly verdict: "go"; readonly ids: readonly Id[] }
  /** Only what was approved goes; `ids` is what people are shown. */
  | {
      readonly verdict: "hold";
      readonly ids: readonly Id[];
      readonly approved: readonly Id[];
    };

/** Judges a whole plan. An approval names ids: what was planned since is not covered by it. */
export function guard<Id>(
  planned: readonly Id[],
  totals: Totals,
  approved: ReadonlySet<Id> = new Set(),
): Verdict<Id> {
  const open = planned.filter((id) => !approved.has(id));
  return open.length <= allowance(totals)
    ? { verdict: "go", ids: planned }
    : {
        verdict: "hold",
        ids: open,
        approved: planned.filter((id) => approved.has(id)),
      };
}
