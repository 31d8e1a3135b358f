import type {
  ItemView,
  LinkView,
  PlanInput,
  RecordView,
} from "./plan-types.js";
import type { Action } from "./plan-types.js";

export type RecordState = RecordView["state"];
export type ItemState = ItemView["state"];

/** What a rule may know: its cell's states are narrowed, so that a rule cannot stand in a cell that it is not made for. */
export type Case<
  Link extends LinkView | undefined,
  R extends RecordState,
  I extends ItemState,
> = Omit<PlanInput, "link"> & {
  readonly link: Link;
  readonly record: Extract<RecordView, { state: R }>;
  readonly item: Extract<ItemView, { state: I }>;
};

export type Rules<Link extends LinkView | undefined> = {
  readonly [R in RecordState]: {
    readonly [I in ItemState]: (input: Case<Link, R, I>) => Action;
  };
};
