import { createHash } from "node:crypto";
import type { Login } from "@ams-sync/connector-kit";
import type { Discovered } from "./discovery.js";

const KEPT_MS = 60 * 60 * 1000;
const MOST = 10_000;

/**
 * Discovery costs four requests, more than a run with one change. What it found is remembered for an hour and for these
 * very credentials, so that a changed password logs in anew. Holds addresses only.
 */
export class HomesCache {
  readonly #entries = new Map<string, { found: Discovered; until: number }>();

  constructor(private readonly now: () => number) {}

  get(login: Login): Discovered | undefined {
    const entry = this.#entries.get(keyOf(login));
    return entry !== undefined && entry.until > this.now()
      ? entry.found
      : undefined;
  }

  set(login: Login, found: Discovered): void {
    const oldest = this.#entries.keys().next();
    if (this.#entries.size >= MOST && !oldest.done)
      this.#entries.delete(oldest.value);
    this.#entries.set(keyOf(login), { found, until: this.now() + KEPT_MS });
  }

  forget(login: Login): void {
    this.#entries.delete(keyOf(login));
  }
}

const keyOf = ({ serverUrl, username, password }: Login): string =>
  createHash("sha256")
    .update(JSON.stringify([serverUrl, username, password]))
    .digest("base64");
