/**
 * Work that is under way, ended in the order of its start. The first failure
 * is kept and thrown to whoever asks next; nothing is reported as unhandled.
 */
export class InFlight {
  readonly #ends: Promise<void>[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** @param onEnd each time something ended, well or not */
  constructor(
    private readonly most: number,
    private readonly onEnd: () => void,
  ) {}

  get empty(): boolean {
    return this.#ends.length === 0;
  }

  get full(): boolean {
    return this.#ends.length >= this.most;
  }

  add(work: Promise<void>): void {
    const end = work
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#ends.splice(this.#ends.indexOf(end), 1);
        this.onEnd();
      });
    this.#ends.push(end);
  }

  /** @throws the first failure */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Until one more may begin. @throws the first failure */
  async room(): Promise<void> {
    while (this.full) await this.#ends[0];
    this.check();
  }

  /** Until all have ended. @throws the first failure */
  async done(): Promise<void> {
    await Promise.all(this.#ends);
    this.check();
  }
}
