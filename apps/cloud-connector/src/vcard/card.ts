import type {
  Contact,
  ContactField,
  Fields,
  TimeZone,
} from "@ams-sync/sync-core";
import type { Component } from "../content-lines/index.js";

/** A card while it is read or written. Never changed in place. */
export interface Card {
  readonly version: "3.0" | "4.0";
  /** Which of the two addresses is ours, and whether N or ORG holds the name. */
  readonly type: Contact["type"];
  readonly component: Component;
  /**
   * What the fields are believed to hold. Where a card has several of a kind (two mobile numbers), ours is the one that
   * says this.
   */
  readonly known: Fields;
  /** The tenant's. */
  readonly timeZone?: TimeZone;
}

/** Fields to set; undefined clears. Fields that are not in it keep what they have. */
export type Changes = ReadonlyMap<ContactField, string | undefined>;

/** Some fields that live in the same properties, in both directions. */
export interface FieldMapping {
  readonly fields: readonly ContactField[];
  read(card: Card): Fields;
  /** Of which of them the card says several things, and nobody can tell which is ours. */
  unclear?(card: Card): readonly ContactField[];
  write(card: Card, changes: Changes): Component;
}
