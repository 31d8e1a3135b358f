import type { Item, ReadPort } from "./port.js";
import { isEcho } from "./remote-entry.js";
import type { Entry } from "./run-state.js";
import { placeOf } from "./work.js";
import type { Work } from "./work.js";

/**
 * Items that the next slice is going to ask for, read while the present one is planned and written: the other system and
 * we do not wait for each other. It is the next slice's first question, asked early: its failure is that slice's to hear.
 */
export class ReadAhead {
  #wanted: Promise<readonly string[]> = Promise.resolve([]);
  #reading: Promise<Items> | undefined;
  /** What was read of these may be older than what is there. */
  readonly #written = new Set<string>();

  /** @param next what comes after the slice that is worked on; a failure counts as nothing */
  expect(next: Promise<readonly Entry[]>): void {
    this.#wanted = next.then(
      (entries) => [...new Set(entries.filter(isToRead).map(itemOf))],
      () => [],
    );
  }

  /** The present slice has read what it needs, and has written nothing. */
  begin(port: Fetching): void {
    const wanted = this.#wanted;
    this.#wanted = Promise.resolve([]);
    this.#written.clear();
    const reading = wanted.then((ids) =>
      ids.length > 0 ? port.fetch(ids) : NO_ITEMS,
    );
    reading.catch(() => undefined);
    this.#reading = reading;
  }

  /** What these may write is read again. */
  mayWrite(port: ReadPort, works: readonly Work[]): void {
    for (const work of works) {
      const { entry, entries = [entry], identity } = work;
      const linked = entries.map(({ link }) => link?.itemId);
      for (const id of [
        ...linked,
        placeOf(port, work),
        port.addressOf(identity),
      ])
        if (id !== undefined) this.#written.add(id);
    }
  }

  /** Answers with what was read early, once, and asks for the rest. @throws what either question throws */
  over(port: Fetching): Fetching {
    return {
      fetch: async (ids) => {
        const early = await this.#taken();
        const known = ids.flatMap((id) => {
          const item = this.#written.has(id) ? undefined : early.get(id);
          return item ? [[id, item] as const] : [];
        });
        const rest = ids.filter((id) => !known.some(([one]) => one === id));
        const asked = rest.length > 0 ? await port.fetch(rest) : NO_ITEMS;
        return new Map([...known, ...asked]);
      },
    };
  }

  /** Nothing is under way any more. */
  async settle(): Promise<void> {
    await this.#taken().catch(() => undefined);
  }

  async #taken(): Promise<Items> {
    const reading = this.#reading;
    this.#reading = undefined;
    return (await reading) ?? NO_ITEMS;
  }
}

type Fetching = Pick<ReadPort, "fetch">;
type Items = ReadonlyMap<string, Item>;

const NO_ITEMS: Items = new Map();

type Announced = Extract<Entry, { side: "remote" }>;

/** An item that whoever works on the entry reads first. */
export const isToRead = (entry: Entry): entry is Announced =>
  entry.side === "remote" &&
  !entry.gone &&
  !isEcho(entry) &&
  entry.decision?.answer !== "leave";

const itemOf = ({ itemId }: Announced): string => itemId;
