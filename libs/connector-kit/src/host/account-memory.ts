import type { AccountView } from "../account-settings.js";
import type { Clock } from "../clock.js";
import type { AccountKey } from "../run-state.js";

const MOST = 10_000;
const A_DAY_MS = 24 * 60 * 60 * 1_000;

interface Kept {
  readonly view: AccountView;
  readonly readAt: number;
}

/**
 * Settings that were read, until there are newer ones: most runs follow a change in ams and not one of settings. They
 * hold options and addresses, no password; that comes with the version it belongs to, so a login never goes by old ones.
 * Bounded in number and age: accounts that are gone, or run by other replicas, do not stay for good.
 */
export class AccountMemory {
  /** In the order in which they were read. */
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly clock: Pick<Clock, "monotonic">,
    private readonly most = MOST,
    private readonly longestMs = A_DAY_MS,
  ) {}

  get size(): number {
    return this.#kept.size;
  }

  at(account: AccountKey, version: bigint): AccountView | undefined {
    const view = this.last(account);
    return view?.version === version ? view : undefined;
  }

  /** Whatever is known, of whichever version. */
  last(account: AccountKey): AccountView | undefined {
    const kept = this.#kept.get(keyOf(account));
    return kept === undefined || this.#isOld(kept) ? undefined : kept.view;
  }

  keep(account: AccountKey, view: AccountView): void {
    const key = keyOf(account);
    // Anew at the end: the first one is the one that was read longest ago.
    this.#kept.delete(key);
    this.#kept.set(key, { view, readAt: this.clock.monotonic() });
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= this.most && !this.#isOld(kept)) return;
      this.#kept.delete(oldest);
    }
  }

  #isOld({ readAt }: Kept): boolean {
    return this.clock.monotonic() - readAt > this.longestMs;
  }
}

const keyOf = ({ tenantId, accountId }: AccountKey): string =>
  `${tenantId}/${accountId}`;
