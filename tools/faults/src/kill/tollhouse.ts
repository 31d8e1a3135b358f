import { isDavWrite } from "../wires/dav-labels.js";
import type { Passing, Toll, When } from "../wires/wire.js";

/** How often a message passed. */
export interface Passed {
  readonly wire: string;
  readonly label: string;
  readonly when: When;
  readonly count: number;
}

type Place = Passing & { readonly nth: number };

/** Watches all wires of a site: counts what passes, and strikes at the exact message that it is told. */
export class Tollhouse {
  #counts = new Map<string, { passing: Passing; count: number }>();
  #trail: string[] = [];
  #davWrites = 0;
  #armed: { readonly place: Place; readonly strike: () => void } | undefined;

  readonly toll: Toll = (passing) => {
    const key = keyOf(passing);
    const seen = this.#counts.get(key) ?? { passing, count: 0 };
    seen.count += 1;
    this.#counts.set(key, seen);
    if (passing.when === "before" && isDavWrite(passing.label))
      this.#davWrites += 1;
    this.#trail.push(`${passing.when} ${passing.wire} ${passing.label}`);
    if (this.#trail.length > TRAIL) this.#trail.splice(0, TRAIL / 2);
    const armed = this.#armed;
    if (
      armed === undefined ||
      key !== keyOf(armed.place) ||
      seen.count !== armed.place.nth
    )
      return true;
    this.#armed = undefined;
    this.#trail.push("--- killed here ---");
    armed.strike();
    return false;
  };

  /** Counts from here on. */
  clear(): void {
    this.#counts = new Map();
    this.#trail = [];
  }

  /** `strike` is called while the message passes that is meant; counting begins now. */
  arm(place: Place, strike: () => void): void {
    this.clear();
    this.#armed = { place, strike };
  }

  disarm(): void {
    this.#armed = undefined;
  }

  passed(): Passed[] {
    return [...this.#counts.values()].map(({ passing, count }) => ({
      ...passing,
      count,
    }));
  }

  /** The last that passed, for people. */
  trail(): readonly string[] {
    return this.#trail;
  }

  /** Requests that change something on the DAV server, ever. */
  get davWrites(): number {
    return this.#davWrites;
  }
}

const TRAIL = 400;
const keyOf = ({ wire, label, when }: Passing): string =>
  `${wire} | ${label} | ${when}`;
