import { ConnectorError } from "@ams-sync/connector-kit";
import { type Answer, isOk, memberOf } from "./answer.js";
import type { Ask } from "./ask.js";
import type { MailboxGate } from "./mailbox-gate.js";
import { stopped } from "./transport.js";

export interface BatcherParts {
  readonly gate: MailboxGate;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly alone: (ask: Ask, timeoutMs: number) => Promise<Answer>;
  readonly together: (body: unknown, timeoutMs: number) => Promise<Answer>;
  /** As a batch names it. */
  readonly path: (ask: Ask) => string;
  readonly headers: (ask: Ask) => Readonly<Record<string, string>>;
  /** The mailbox asks for fewer requests. */
  readonly isBusy: (answer: Answer) => boolean;
}

/** Graph's limit. */
const MOST = 20;

interface Waiting {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Requests that are asked for at about the same time go as one: up to 20 in a `$batch`, each with an outcome of its own.
 * One after the other, as Outlook runs four requests of a batch at once, which is all that a mailbox allows; what is asked
 * for meanwhile goes with the next one.
 */
export class Batcher {
  readonly #waiting: Waiting[] = [];
  #pumping = false;

  constructor(private readonly parts: BatcherParts) {}

  ask(ask: Ask): Promise<Answer> {
    if (this.parts.signal.aborted) return Promise.reject(stopped());
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ ask, resolve, reject });
      if (this.#pumping) return;
      this.#pumping = true;
      // Callers that are let go together come within a few turns of the event loop.
      setTimeout(() => void this.#pump(), 1);
    });
  }

  async #pump(): Promise<void> {
    const { gate, signal } = this.parts;
    try {
      while (this.#waiting.length > 0) {
        const count = Math.min(MOST, this.#waiting.length);
        await gate.enter(count, signal, () =>
          this.#sent(this.#waiting.splice(0, count)),
        );
      }
    } catch (error) {
      // Only waiting for a place fails so, and that for the end of the run.
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    } finally {
      this.#pumping = false;
    }
  }

  /** Every one of them is answered or refused; it never throws. */
  async #sent(all: readonly Waiting[]): Promise<void> {
    const now = performance.now();
    const some = all.filter(({ ask: { until = Infinity }, reject }) => {
      if (until > now) return true;
      reject(late());
      return false;
    });
    if (some.length === 0) return;
    // None may have an effect after its caller has given up.
    const ms = Math.min(
      this.parts.timeoutMs,
      ...some.map(({ ask: { until = Infinity } }) => until - now),
    );
    try {
      this.parts.gate.spend(some.length);
      const [only] = some;
      if (only && some.length === 1)
        this.#settle(only, await this.parts.alone(only.ask, ms));
      else await this.#batch(some, ms);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }

  async #batch(some: readonly Waiting[], ms: number): Promise<void> {
    const outer = await this.parts.together(
      {
        requests: some.map(({ ask }, index) => ({
          id: String(index),
          method: ask.method,
          url: this.parts.path(ask),
          headers: this.parts.headers(ask),
          ...(ask.body !== undefined && { body: ask.body }),
        })),
      },
      ms,
    );
    const answers = isOk(outer) ? answersIn(outer) : new Map<string, Answer>();
    some.forEach((one, index) => {
      const answer = answers.get(String(index));
      if (answer) this.#settle(one, answer);
      else if (!isOk(outer)) this.#settle(one, outer);
      else one.reject(unanswered());
    });
  }

  /** Who still waits need not ask a mailbox that is busy: it would only be so for longer. */
  #settle({ resolve }: Waiting, answer: Answer): void {
    resolve(answer);
    if (!this.parts.isBusy(answer)) return;
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(answer);
  }
}

/** Each by its number: Graph answers in any order. */
function answersIn({ body }: Answer): Map<string, Answer> {
  const list = memberOf(body, "responses");
  const answers = new Map<string, Answer>();
  if (!Array.isArray(list)) return answers;
  for (const one of list as readonly unknown[]) {
    const [id, status] = [memberOf(one, "id"), memberOf(one, "status")];
    if (typeof id !== "string" || typeof status !== "number") continue;
    const headers = Object.entries(memberOf(one, "headers") ?? {});
    answers.set(id, {
      status,
      headers: new Map(
        headers.map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      body: memberOf(one, "body"),
    });
  }
  return answers;
}

const late = (): ConnectorError =>
  new ConnectorError(
    "transient",
    "Microsoft 365 did not get to it in time; tried again later.",
  );

const unanswered = (): ConnectorError =>
  new ConnectorError(
    "transient",
    "Microsoft 365 answered for other items and not for this one; tried again later.",
  );
