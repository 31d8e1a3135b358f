const LEAST = 1;
const MOST = 8;
/**
 * To begin with, and the least for slowness alone. On two processors a server in PHP answered 43, 63, 78 and 70 a second
 * at one, two, four and eight; one that writes one after the other takes no harm from three that wait.
 */
const FIRST = 4;
/** Answers that are averaged, at least. Single ones are as slow as chance has it. */
const WINDOW = 8;
/** So much slower than the window before is a sign of its own. */
const SPIKE = 3;
/** Windows without another try after one that did not pay. */
const PAUSE = 4;
/** One overload shows in several answers; they count once. */
const CALM_MS = 1_000;

/** What came of a request: an answer, or a sign of too much load (429, 5xx, none in time). */
export type Outcome = "answered" | "overloaded";

interface Measured {
  readonly limit: number;
  /** Mean latency, ms. */
  readonly latency: number;
}

/**
 * How many writes to have under way at one server, from 1 to 8: doubled at first, then one more at a time, while it
 * pays; halved on overload. More pays if the answers do not slow down in proportion: a server that writes one after the
 * other (Radicale) is not crowded, one that writes at once gets all it can take. Neighbouring windows are compared, for
 * servers slow down as a collection grows. No package does this for Node without running the requests itself.
 */
export class AdaptiveConcurrency {
  #limit = FIRST;
  #underWay = 0;
  /** So many may be under way since the last rest. */
  #begun = FIRST;
  #busiest = 0;
  #latencies: number[] = [];
  #last: Measured | undefined;
  #pause = 0;
  /** The first answers come from a server and over connections that still warm up: next to them, more always pays. */
  #warm = false;
  /** Until more did not pay for the first time. */
  #doubling = true;
  #window = 0;
  #lastDecrease = Number.NEGATIVE_INFINITY;

  /** `now`: monotonic ms. */
  constructor(private readonly now: () => number) {}

  get limit(): number {
    return this.#limit;
  }

  /**
   * How many may be under way now: after a rest a few, and with each answer one more. Each may need a connection of its
   * own (Radicale closes them all), and a small server's queue of new ones holds five: of ten writes that began at once
   * two waited a second, until TCP asked again.
   */
  get room(): number {
    return Math.min(this.#limit, this.#begun);
  }

  /** Call the returned function once, when the request is over. */
  begin(): (outcome: Outcome) => void {
    const started = this.now();
    const window = this.#window;
    this.#underWay++;
    this.#busiest = Math.max(this.#busiest, this.#underWay);
    return (outcome) => {
      this.#underWay--;
      this.#begun = this.#underWay === 0 ? FIRST : this.#begun + 1;
      if (outcome === "overloaded") this.#halve();
      // What was begun under another limit says nothing about this one.
      else if (window === this.#window) this.#answered(this.now() - started);
    };
  }

  #halve(): void {
    const now = this.now();
    this.#startWindow();
    if (now - this.#lastDecrease < CALM_MS) return;
    this.#lastDecrease = now;
    this.#last = undefined;
    this.#doubling = false;
    this.#limit = Math.max(LEAST, Math.floor(this.#limit / 2));
  }

  #answered(latency: number): void {
    this.#latencies.push(latency);
    if (this.#latencies.length < Math.max(WINDOW, 2 * this.#limit)) return;
    // A limit that was never reached says nothing.
    if (this.#busiest >= this.#limit && this.#warm)
      this.#judge({ limit: this.#limit, latency: mean(this.#latencies) });
    this.#warm = true;
    this.#startWindow();
  }

  #judge(measured: Measured): void {
    const last = this.#last;
    this.#last = measured;
    if (last !== undefined && last.limit < measured.limit) {
      if (pays(last, measured)) return this.#increase();
      this.#limit = last.limit;
      this.#pause = PAUSE;
      this.#doubling = false;
      this.#last = last;
    } else if (last !== undefined && measured.latency > SPIKE * last.latency) {
      this.#limit = Math.max(Math.min(FIRST, this.#limit), this.#limit - 1);
      this.#pause = PAUSE;
      this.#doubling = false;
    } else if (this.#pause > 0) this.#pause--;
    else this.#increase();
  }

  #increase(): void {
    const more = this.#doubling ? 2 * this.#limit : this.#limit + 1;
    this.#limit = Math.min(MOST, more);
  }

  #startWindow(): void {
    this.#window++;
    this.#latencies = [];
    this.#busiest = this.#underWay;
  }
}

/** At least a quarter of the answers per second that the larger limit could bring at most. */
function pays(smaller: Measured, larger: Measured): boolean {
  if (larger.latency === 0) return true;
  const possible = larger.limit / smaller.limit;
  const gained = (possible * smaller.latency) / larger.latency;
  return gained - 1 >= (possible - 1) / 4;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
