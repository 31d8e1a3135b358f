import type { GraphClock } from "../clock.js";
import type { Json } from "../odata/edm.js";

/** ms that the handshake may take, and that a notification's answer may take. */
const HANDSHAKE_MS = 10_000;
const ANSWER_MS = 3_000;
/** ms before each further try. */
const RETRIES = [1_000, 4_000, 16_000];

/** What goes out to the addresses of subscriptions. */
export class Delivery {
  readonly #stop = new AbortController();
  /** Not taken by their address after all tries. */
  undelivered = 0;
  delivered = 0;
  /** On their way, or waiting for another try. */
  underWay = 0;

  constructor(readonly clock: GraphClock) {}

  /** @returns what is wrong, if anything: the address must say the token, decoded, as plain text */
  async handshake(url: string, token: string): Promise<string | undefined> {
    const target = new URL(url);
    target.searchParams.set("validationToken", token);
    try {
      const response = await fetch(target, {
        method: "POST",
        headers: { "content-type": "text/plain; charset=utf-8" },
        signal: this.#within(HANDSHAKE_MS),
      });
      const body = await response.text();
      const type = response.headers.get("content-type") ?? "";
      if (response.status !== 200)
        return `Notification endpoint must respond with 200 OK to validation request. It responded with ${response.status}.`;
      if (!type.startsWith("text/plain"))
        return "Notification endpoint must respond with content type text/plain.";
      return body === token
        ? undefined
        : "Notification endpoint must respond with the validation token.";
    } catch (error) {
      return `Subscription validation request failed or timed out: ${String(error).slice(0, 100)}`;
    }
  }

  /** Tries again for a while, as Graph does where the address does not answer or refuses. */
  async post(url: string, notification: Json): Promise<void> {
    this.underWay += 1;
    try {
      await this.#try(url, JSON.stringify(notification));
    } finally {
      this.underWay -= 1;
    }
  }

  async #try(url: string, body: string): Promise<void> {
    for (const wait of [0, ...RETRIES]) {
      if (wait > 0) await this.clock.sleep(wait);
      if (this.#stop.signal.aborted) return;
      if (await this.#taken(url, body)) {
        this.delivered += 1;
        return;
      }
    }
    this.undelivered += 1;
  }

  async #taken(url: string, body: string): Promise<boolean> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8" },
        body,
        signal: this.#within(ANSWER_MS),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // Refused, too late or not there: all the same to who sends it.
      return false;
    }
  }

  #within(ms: number): AbortSignal {
    return AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ms)]);
  }

  stop(): void {
    this.#stop.abort();
  }
}
