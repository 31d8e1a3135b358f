import { filled } from "./watch.js";
import type { Watched } from "./watched.js";

/** A simple field: it stands alone, and every system of contacts holds it. */
const FIELD = "fax";

interface Entry {
  readonly side: "ams" | "remote" | "both";
  readonly value: string | undefined;
}

/**
 * What was entered since both sides were last at rest, by record. What only one side has changed stands on both at the
 * next rest, whatever the policy and whoever wrote in between: a journal entry does not excuse it.
 */
export class Entered {
  readonly #of = new Map<string, Entry>();
  /** Edited while they were no record's. */
  readonly #items = new Set<string>();
  #unsure = false;

  constructor(private readonly world: Watched) {}

  /** Before it is committed in ams. */
  here(key: string, value: string): void {
    const record = this.world.ams.records.get(key);
    const was = record && filled(record.values)[FIELD];
    if (record && was === (value || undefined)) return;
    const link = this.world.stream("contacts").links.get(key);
    // Nothing was agreed: an item that it is taken for may fill it up.
    if (!link || link.hash === "" || link.lost) return this.gone(key);
    this.#note(key, { side: "ams", value: value || undefined });
  }

  /** Before somebody changes the item. */
  there(itemId: string, value: string): void {
    const item = this.#item(itemId);
    if (!item || item.fields[FIELD] === (value || undefined)) return;
    const key = this.#recordOf(itemId);
    if (key === undefined) this.#items.add(itemId);
    else this.#note(key, { side: "remote", value: value || undefined });
  }

  /** The record or its item goes. */
  gone(key: string): void {
    this.#of.set(key, { side: "both", value: undefined });
  }

  dropped(itemId: string): void {
    const key = this.#recordOf(itemId);
    if (key !== undefined) this.gone(key);
  }

  /** What was agreed is forgotten: until the next rest nobody can tell who has changed what. */
  unsure(): void {
    this.#unsure = true;
  }

  /** At rest. @returns values that only one side changed and that do not stand on both */
  faults(): readonly string[] {
    const { links, setAside } = this.world.stream("contacts");
    const aside = new Set(setAside.map(({ key }) => key));
    return [...this.#of].flatMap(([key, { side, value }]) => {
      const record = this.world.ams.records.get(key);
      const link = links.get(key);
      const item = link && this.#item(link.itemId);
      if (this.#unsure || side === "both" || !record || !item || link.lost)
        return [];
      if (this.#items.has(item.id)) return [];
      if (aside.has(`ams:${key}`) || aside.has(`remote:${item.id}`)) return [];
      const [here, there] = [filled(record.values)[FIELD], item.fields[FIELD]];
      return here === value && there === value
        ? []
        : [
            `${key}: only ${side} entered "${value}" as ${FIELD}; it is "${here}" here, "${there}" there`,
          ];
    });
  }

  /** Both sides are at rest. */
  forget(): void {
    this.#of.clear();
    this.#items.clear();
    this.#unsure = false;
  }

  #note(key: string, entry: Entry): void {
    const before = this.#of.get(key);
    const both = before !== undefined && before.side !== entry.side;
    this.#of.set(key, both ? { ...entry, side: "both" } : entry);
  }

  #item(id: string) {
    return this.world.place.items("contacts").find((one) => one.id === id);
  }

  /** That it is linked with, and was agreed about. */
  #recordOf(itemId: string): string | undefined {
    const { links } = this.world.stream("contacts");
    return [...links].find(
      ([, link]) => link.itemId === itemId && link.hash !== "" && !link.lost,
    )?.[0];
  }
}
