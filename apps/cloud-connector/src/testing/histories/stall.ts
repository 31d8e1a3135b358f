import { Mortality } from "@ams-sync/connector-kit/memory";

/** A process that stands still at one call, its lease with it, and goes on when nobody expects it any more. */
export class Stall extends Mortality {
  readonly still: Promise<void>;
  wake: () => void = () => undefined;
  #stop: () => void = () => undefined;
  #count = 0;
  readonly #awake: Promise<void>;

  constructor(private readonly call: number) {
    super();
    this.still = new Promise((resolve) => {
      this.#stop = resolve;
    });
    this.#awake = new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  override async pass<T>(call: () => Promise<T>): Promise<T> {
    this.#count += 1;
    if (this.#count >= this.call) {
      this.#stop();
      await this.#awake;
    }
    return super.pass(call);
  }
}
