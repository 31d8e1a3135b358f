const LEAST = 1;
const MOST = 8;
const FIRST = 2;
/** Requests that are thought to wait inside the server: below the first there is room, above the second too many do. */
const ROOM = 2;
const CROWD = 4;
/** How many answers the fastest is looked for in: a server that slows as its collection grows is no crowd. */
const MEMORY = 40;
/** One overload shows in several answers; they count once. */
const CALM_MS = 1_000;

/** What came of a request: an answer, or a sign of too much load (429, 5xx, none in time). */
export type Outcome = "answered" | "overloaded";

/**
 * How many writes to have under way at one server, from 1 to 8: additive increase, multiplicative decrease. Waiting
 * requests are estimated from latencies as TCP Vegas does: `limit * (1 - fastest / mean)`. A server that answers one
 * after the other (Radicale) is kept busy and not crowded, one that answers at once gets all it can take. No package
 * does this for Node on a Promise's terms.
 */
export class AdaptiveConcurrency {
  #limit = FIRST;
  #underWay = 0;
  #busiest = 0;
  #window: number[] = [];
  #recent: number[] = [];
  #lastDecrease = Number.NEGATIVE_INFINITY;

  /** `now`: monotonic ms. */
  constructor(private readonly now: () => number) {}

  get limit(): number {
    return this.#limit;
  }

  /** Call the returned function once, when the request is over. */
  begin(): (outcome: Outcome) => void {
    const started = this.now();
    this.#underWay++;
    this.#busiest = Math.max(this.#busiest, this.#underWay);
    return (outcome) => {
      this.#underWay--;
      if (outcome === "overloaded") this.#halve();
      else this.#answered(this.now() - started);
    };
  }

  #halve(): void {
    const now = this.now();
    this.#startWindow();
    if (now - this.#lastDecrease < CALM_MS) return;
    this.#lastDecrease = now;
    this.#limit = Math.max(LEAST, Math.floor(this.#limit / 2));
  }

  #answered(latency: number): void {
    this.#recent = [...this.#recent, latency].slice(-MEMORY);
    this.#window.push(latency);
    if (this.#window.length < 2 * this.#limit) return;
    const mean =
      this.#window.reduce((sum, each) => sum + each, 0) / this.#window.length;
    const waiting =
      mean === 0 ? 0 : this.#limit * (1 - Math.min(...this.#recent) / mean);
    // A limit that was never reached says nothing about a higher one.
    if (waiting <= ROOM && this.#busiest >= this.#limit)
      this.#limit = Math.min(MOST, this.#limit + 1);
    else if (waiting > CROWD) this.#limit = Math.max(LEAST, this.#limit - 1);
    this.#startWindow();
  }

  #startWindow(): void {
    this.#window = [];
    this.#busiest = this.#underWay;
  }
}
