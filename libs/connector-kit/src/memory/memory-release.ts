import type { Link } from "../run-state.js";
import type { MemoryEntries } from "./memory-entries.js";
import type { MemoryGuard } from "./memory-guard.js";
import type { MemoryQuestions } from "./memory-questions.js";
import type { Stored } from "./memory-inbox.js";

/** What the guard lets go. */
export class MemoryRelease {
  constructor(
    private readonly inbox: MemoryEntries,
    private readonly links: ReadonlyMap<string, Link>,
    private readonly guard: MemoryGuard,
    private readonly questions: MemoryQuestions,
  ) {}

  /** What somebody has approved, else all intents where they are few enough, but for what was shown as something else. */
  intents(now: number, planned: boolean): readonly Stored[] {
    const { intents } = this.inbox;
    const approved = intents.filter((stored) => stored.approved);
    if (approved.length > 0) return approved;
    const plain = intents.filter(({ previewed }) => !previewed);
    const fits = plain.length <= this.#allowed(now);
    if (planned) this.questions.isHeld = plain.length < intents.length || !fits;
    return fits ? plain : [];
  }

  /** How many removals may go at once. */
  free(now: number): number {
    const waiting = [...this.inbox.values()].filter(
      ({ aside, dueAt, tried }) => !tried && (!aside || dueAt !== Infinity),
    );
    const allowed = this.#allowed(now);
    return waiting.length <= allowed ? allowed : 0;
  }

  #allowed(now: number): number {
    return this.guard.allowed(this.links.size, now);
  }
}
