import type { Link } from "../run-state.js";
import type { MemoryEntries } from "./memory-entries.js";
import type { MemoryGuard } from "./memory-guard.js";
import type { MemoryQuestions } from "./memory-questions.js";
import { entryKeyOf } from "./memory-inbox.js";
import type { Stored } from "./memory-inbox.js";

/** What the guard lets go. */
export class MemoryRelease {
  constructor(
    private readonly inbox: MemoryEntries,
    private readonly links: ReadonlyMap<string, Link>,
    private readonly guard: MemoryGuard,
    private readonly questions: MemoryQuestions,
  ) {}

  /**
   * What somebody has approved, else all intents where they are few enough and none waits for an answer. What is held is
   * marked: it stays so until it is approved.
   */
  intents(now: number, planned: boolean): readonly Stored[] {
    const { intents } = this.inbox;
    const approved = intents.filter((stored) => stored.approved);
    if (approved.length > 0) return approved;
    const fits = !this.#asks && intents.length <= this.#allowed(now);
    if (planned) this.questions.isHeld = !fits;
    if (planned && !fits)
      for (const stored of intents)
        this.inbox.amend(entryKeyOf(stored), { previewed: true });
    return fits ? intents : [];
  }

  /** How many removals may go at once. */
  free(now: number): number {
    const waiting = [...this.inbox.values()].filter(
      ({ aside, dueAt, tried }) => !tried && (!aside || dueAt !== Infinity),
    );
    if (this.#asks) return 0;
    const allowed = this.#allowed(now);
    return waiting.length <= allowed ? allowed : 0;
  }

  get #asks(): boolean {
    return this.inbox.intents.some(
      ({ previewed, approved }) => previewed && !approved,
    );
  }

  #allowed(now: number): number {
    return this.guard.allowed(this.links.size, now);
  }
}
