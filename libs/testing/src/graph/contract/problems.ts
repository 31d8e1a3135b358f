import { preferencesOf, type Answer, type Operation } from "../http/message.js";
import type { Contract } from "./contract.js";

const KEPT = 50;

/** What a test must not overlook: collected while it runs, thrown when the simulator stops. */
export class Problems {
  #found: string[] = [];
  #more = 0;

  constructor(
    readonly contract: Contract | undefined,
    /** Judge whoever asks too, and not only the simulator's own answers. */
    readonly strict: boolean,
  ) {}

  get found(): readonly string[] {
    return this.#found;
  }

  /** Returns them and forgets them: for a test that caused them on purpose. */
  take(): readonly string[] {
    const found = this.#found;
    this.#found = [];
    this.#more = 0;
    return found;
  }

  add(...problems: readonly string[]): void {
    for (const problem of problems)
      if (this.#found.includes(problem)) continue;
      else if (this.#found.length < KEPT) this.#found.push(problem);
      else this.#more += 1;
  }

  judge(operation: Operation, answer: Answer): void {
    const { method, path, query, body } = operation;
    const exchange = {
      ...{ method, path, query, body },
      status: answer.status,
      answer: answer.body,
    };
    // Its own form of a refusal, which Graph does not have.
    const own = answer.status === 501 || answer.status === 405;
    if (!own) this.add(...(this.contract?.answer(exchange) ?? []));
    if (!this.strict) return;
    this.add(...(this.contract?.request(exchange) ?? []));
    const what = `${method} /${path.map(short).join("/")}`;
    if (answer.status === 501) this.add(`${what}: not simulated`);
    if (path[0] !== "$batch" && !preferencesOf(operation).immutableIds)
      this.add(
        `${what}: without 'Prefer: IdType="ImmutableId"', which belongs on every request`,
      );
  }

  /** What goes out to the address of a subscription. */
  notification(body: unknown): void {
    const name = "microsoft.graph.changeNotificationCollection";
    this.add(...(this.contract?.component(name, body) ?? []));
  }

  throwAny(): void {
    if (this.#found.length === 0) return;
    const more = this.#more === 0 ? "" : `\n… and ${this.#more} more`;
    throw new Error(
      `What was asked or answered was not as it must be:\n${this.#found.join("\n")}${more}`,
    );
  }
}

/** Ids differ from one run to the next and tell nobody anything. */
const short = (segment: string): string =>
  segment.length > 40 ? "…" : segment;
