import { done } from "./done.js";
import type { Done } from "./done.js";
import type { RecordRef } from "./ams-records.js";
import { leftOf } from "./left.js";
import type { Item } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { RecordName, RemoteEntry } from "./run-state.js";

/** An item that no link knows and that carries no id of ours. */
export interface Foreign {
  readonly entry: RemoteEntry;
  readonly item: Item;
  /** The record that it may be has an item of its own, and this is not that. */
  readonly apart?: true;
}

export type Fate =
  /** It is this record's. */
  | { readonly ref: RecordRef; readonly imported?: true }
  /** `made`: it became this record. */
  | { readonly through: Done; readonly made?: RecordRef };

/** A user's answer: a record of its own is to be made of it. */
export const wantsOwn = ({ decision }: RemoteEntry): boolean =>
  decision?.answer === "create";

export const left = (
  { run }: Pick<RunContext, "run">,
  { entry, item }: Foreign,
  reason: Parameters<typeof leftOf>[0],
  candidates: readonly string[] = [],
  copyOf?: RecordName,
): { readonly through: Done } => {
  const kind =
    item.canonical.type === "appointment" ? "appointment" : "customer";
  const records = candidates.map((recordId) => ({ kind, recordId }) as const);
  const { tenantId } = run.account;
  const outcome = leftOf(reason, item, tenantId, records, copyOf);
  const told = { cell: "left", effect: false } as const;
  return { through: done(entry, outcome, told) };
};
