import type { Item } from "@ams-sync/connector-kit";

/** What is kept of a long item: enough to read it, not to write it. */
export class Cut {
  constructor(readonly text: string) {}
}

export const isCut = ({ raw }: Item): boolean => raw instanceof Cut;

export function textOf({ raw }: Item): string {
  if (typeof raw === "string") return raw;
  if (raw instanceof Cut) return raw.text;
  throw new Error("This item was not read by the cloud connector.");
}
