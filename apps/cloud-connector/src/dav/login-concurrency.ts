import { createHash } from "node:crypto";
import type { Login } from "@ams-sync/connector-kit";
import { AdaptiveConcurrency } from "./adaptive-concurrency.js";

const MOST = 10_000;

/**
 * What each login's server can take, remembered from run to run: most runs are too short to learn it. Logins do not
 * learn from one another: what one server grants one of them it need not grant all of them at once.
 */
export class LoginConcurrency {
  readonly #known = new Map<string, AdaptiveConcurrency>();

  /** `now`: monotonic ms. */
  constructor(
    private readonly now: () => number,
    private readonly most = MOST,
  ) {}

  of(login: Login): AdaptiveConcurrency {
    const key = keyOf(login);
    const known = this.#known.get(key) ?? new AdaptiveConcurrency(this.now);
    // Anew at the end: the first one is the one that was used longest ago.
    this.#known.delete(key);
    this.#known.set(key, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.most && oldest !== undefined)
      this.#known.delete(oldest);
    return known;
  }
}

/** Names of customers' users are not kept. */
const keyOf = ({ serverUrl, username }: Login): string =>
  createHash("sha256")
    .update(JSON.stringify([serverUrl, username]))
    .digest("base64");
