import { createHash } from "node:crypto";
import { malformedId, notFound, Refusal } from "../http/refusal.js";

const digest = (text: string): string =>
  createHash("sha512").update(text).digest("base64url");

export interface ItemIds {
  /** Stays as long as the item stays in the mailbox. */
  readonly immutable: string;
  /** Another one after each move. */
  readonly movable: string;
}

/** Items come in pairs whose ids differ in the case of one letter: ids are case-sensitive (facts/graph.md). */
const twin = (key: number): string => (key % 2 === 0 ? "b=" : "B=");

export const itemIds = (
  mailbox: string,
  key: number,
  moves: number,
): ItemIds => {
  const pair = `${mailbox}:${Math.floor(key / 2)}`;
  return {
    immutable: `AAkALgAA${digest(`immutable:${pair}`)}${twin(key)}`,
    movable: `AAMkAG${digest(`movable:${pair}:${moves}`)}AAA${twin(key)}`,
  };
};

/** Containers have one id only, which is constant. */
export const containerId = (mailbox: string, key: number): string =>
  `AAMkAG${digest(`container:${mailbox}:${key}`).slice(0, 60)}AAA${twin(key)}`;

const SHAPE = /^[\w-]{20,}=*$/;

interface Held {
  readonly key: number;
  readonly immutable: boolean;
}

/** Which item an id names. */
export class IdBook {
  readonly #held = new Map<string, Held>();

  add(key: number, ids: ItemIds): void {
    this.#held.set(ids.immutable, { key, immutable: true });
    this.#held.set(ids.movable, { key, immutable: false });
  }

  /** After a move the old one names nothing any more. */
  drop(id: string): void {
    this.#held.delete(id);
  }

  /**
   * Each form is understood only by a request that asks for that form. Graph documents the header as how ids "in the
   * request and the response" are meant; a client that forgets it must not find that out in production.
   */
  keyOf(id: string, immutable: boolean): number {
    const held = this.#held.get(id);
    if (held === undefined) throw SHAPE.test(id) ? notFound() : malformedId();
    if (held.immutable !== immutable)
      throw new Refusal(
        400,
        "ErrorInvalidIdMalformed",
        `Id is malformed. (It is ${held.immutable ? "an immutable" : "a movable"} id, and the request's Prefer header asks for ${immutable ? "immutable" : "movable"} ones.)`,
      );
    return held.key;
  }

  find(id: string): number | undefined {
    return this.#held.get(id)?.key;
  }
}
