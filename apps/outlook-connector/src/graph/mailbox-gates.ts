import {
  EXCHANGE_LIMITS,
  MailboxGate,
  type MailboxLimits,
} from "./mailbox-gate.js";

/** Mailboxes that are remembered; one that has had no request for a window's time has nothing to remember. */
const MOST = 20_000;

/** One for each mailbox of the process: its streams, and whoever tries its login, share what it allows. */
export class MailboxGates {
  readonly #gates = new Map<string, MailboxGate>();

  constructor(
    private readonly now: () => number,
    private readonly limits: MailboxLimits = EXCHANGE_LIMITS,
  ) {}

  of(tenant: string, mailbox: string): MailboxGate {
    const key = `${tenant}/${mailbox}`.toLowerCase();
    const gate = this.#gates.get(key) ?? new MailboxGate(this.limits, this.now);
    this.#gates.delete(key);
    this.#gates.set(key, gate);
    if (this.#gates.size > MOST)
      for (const [one, { idle }] of this.#gates)
        if (idle) {
          this.#gates.delete(one);
          break;
        }
    return gate;
  }
}
