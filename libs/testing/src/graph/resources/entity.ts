import { createHash } from "node:crypto";
import { isoSeconds } from "../clock.js";
import { conflict } from "../http/refusal.js";
import type { Container } from "../mailbox/container.js";
import type { Item, Mailbox } from "../mailbox/mailbox.js";
import type { Json } from "../odata/edm.js";

/** What an operation that reads or writes items is done with. */
export interface Scope {
  readonly mailbox: Mailbox;
  readonly immutableIds: boolean;
  /** Windows or IANA name from the Prefer header; else UTC. */
  readonly timeZone: string;
  readonly textBodies: boolean;
}

export const changeKeyOf = (item: Item): string =>
  createHash("sha256")
    .update(`${item.ids.immutable}:${item.version}`)
    .digest("base64url")
    .slice(0, 24);

export const etagOf = (item: Item): string => `W/"${changeKeyOf(item)}"`;

export const idOf = (item: Item, immutable: boolean): string =>
  immutable ? item.ids.immutable : item.ids.movable;

/** What contacts and events have in common. */
export const itemJson = (item: Item, scope: Scope): Json => ({
  "@odata.etag": etagOf(item),
  id: idOf(item, scope.immutableIds),
  createdDateTime: isoSeconds(item.created),
  lastModifiedDateTime: isoSeconds(item.modified),
  changeKey: changeKeyOf(item),
});

export const containerChangeKey = (container: Container): string =>
  createHash("sha256")
    .update(`${container.id}:${container.version}`)
    .digest("base64url")
    .slice(0, 16);

/** @param ifMatch the header of a PATCH or DELETE, if any */
export function checkMatch(item: Item, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === "*") return;
  const strip = (tag: string): string => tag.trim().replace(/^W\//, "");
  if (strip(ifMatch) !== strip(etagOf(item))) throw conflict();
}
