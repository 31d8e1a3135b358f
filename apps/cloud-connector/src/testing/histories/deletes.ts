import type { RecordRef } from "@ams-sync/connector-kit";
import { isWanted } from "./reads.js";
import type { Sight } from "./reads.js";
import { keyOf } from "./readings.js";

/** An item that a delete is sent for. */
export interface Doomed {
  readonly account: string;
  readonly id: string;
  readonly uid: string | undefined;
  /** The record that it belongs to by the links of this moment. */
  readonly holder: string | undefined;
  /** Its user has left it where the stream wrote before. */
  readonly left: boolean;
  /** What the account's runs know of a record. */
  readonly sightsOf: (key: string) => readonly Sight[];
}

/**
 * Rule 7 and R52, by what was seen to happen and not by what links say: a tombstone that was told deletes what was created
 * or imported for its record, a lost scope only what was created; what was there before nobody deletes.
 */
export class Deletes {
  readonly #created = new Map<string, string>();
  readonly #imported = new Map<string, string>();
  readonly #tombstones = new Set<string>();

  created(account: string, id: string, ref: RecordRef): void {
    this.#created.set(`${account} ${id}`, keyOf(ref));
  }

  imported(account: string, uid: string, ref: RecordRef): void {
    this.#imported.set(`${account} ${uid}`, keyOf(ref));
  }

  /** Capture told of it. */
  buried(ref: RecordRef): void {
    this.#tombstones.add(keyOf(ref));
  }

  /** @returns why it must not go, if so */
  objection(doomed: Doomed): string | undefined {
    const { account, id, uid = id, holder, left, sightsOf } = doomed;
    if (left) return "its user said that it is to be left";
    const created = this.#created.get(`${account} ${id}`);
    const key = created ?? this.#imported.get(`${account} ${uid}`);
    if (key === undefined) return "it was there before";
    if (holder !== undefined && holder !== key)
      return `it was there before ${holder} was matched with it`;
    const sights = sightsOf(key);
    const gone = sights.some(({ record }) => record === undefined);
    if (gone && this.#tombstones.has(key)) return undefined;
    if (gone) return `nobody told that ${key} was deleted`;
    if (sights.length === 0) return `nobody has read ${key}`;
    if (sights.every(isWanted)) return `${key} is in scope`;
    return created === undefined
      ? `${key} was made of it, and only its scope is lost`
      : undefined;
  }
}
