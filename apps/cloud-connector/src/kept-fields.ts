const KNOWN_MS = 24 * 60 * 60 * 1_000;
const MOST = 10_000;

/** Of each collection, what its server was seen to keep of what is written (ADR 0019). Holds names of fields only. */
export class KeptFields {
  readonly #collections = new Map<string, KeptIn>();

  constructor(private readonly now: () => number) {}

  /** @param container its URL */
  of(container: string): KeptIn {
    const known = this.#collections.get(container);
    if (known !== undefined) return known;
    const oldest = this.#collections.keys().next();
    if (this.#collections.size >= MOST && !oldest.done)
      this.#collections.delete(oldest.value);
    const fresh = new KeptIn(this.now);
    this.#collections.set(container, fresh);
    return fresh;
  }
}

/** `lost` outweighs `kept`: a server may drop some values of a field only. */
type Conduct = "kept" | "lost" | "doubted";

/** What is known for a day, so that a collection in use costs one reading of an item a day and not one a run. */
export class KeptIn {
  readonly #known = new Map<string, { conduct: Conduct; until: number }>();
  readonly #proofs = new Map<string, Promise<unknown>>();

  constructor(private readonly now: () => number) {}

  /**
   * Whether a write of these fields has to be read back: not where all were `kept`; `unknown`: its reading back is to be
   * the proof; `proving`: that of another write may tell.
   */
  of(names: readonly string[]): "kept" | "doubtful" | "unknown" | "proving" {
    const found = names.map((name) => this.#conductOf(name));
    if (found.some((one) => one === "lost" || one === "doubted"))
      return "doubtful";
    if (found.every((one) => one === "kept")) return "kept";
    return names.some(
      (name, at) => found[at] === undefined && !this.#proofs.has(name),
    )
      ? "unknown"
      : "proving";
  }

  /** Others wait for what `read` learns. */
  async prove<T>(names: readonly string[], read: () => Promise<T>): Promise<T> {
    const reading = read();
    for (const name of names) this.#proofs.set(name, reading);
    try {
      return await reading;
    } finally {
      for (const name of names)
        if (this.#proofs.get(name) === reading) this.#proofs.delete(name);
      this.doubt(names);
    }
  }

  /** Resolves when the proofs of these are through, or not waited for any longer. */
  async proven(names: readonly string[], signal: AbortSignal): Promise<void> {
    const waiting = names.flatMap((name) => this.#proofs.get(name) ?? []);
    const given = new Promise((resolve) => {
      signal.addEventListener("abort", resolve, { once: true });
    });
    await Promise.race([Promise.allSettled(waiting), given]);
  }

  /** Of a write that was read back. */
  learn(names: readonly string[], unkept: readonly string[]): void {
    for (const name of names)
      if (unkept.includes(name)) this.#set(name, "lost");
      else if (this.#conductOf(name) !== "lost") this.#set(name, "kept");
  }

  /** Nothing could be learned: each write is read back until it can. */
  doubt(names: readonly string[]): void {
    for (const name of names)
      if (this.#conductOf(name) === undefined) this.#set(name, "doubted");
  }

  #set(name: string, conduct: Conduct): void {
    this.#known.set(name, { conduct, until: this.now() + KNOWN_MS });
  }

  #conductOf(name: string): Conduct | undefined {
    const known = this.#known.get(name);
    return known !== undefined && known.until > this.now()
      ? known.conduct
      : undefined;
  }
}
