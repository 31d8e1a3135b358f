import type { AccountView } from "../account-settings.js";
import type { AccountKey } from "../run-state.js";

const MOST = 10_000;

/**
 * Settings that were read, until there are newer ones: most runs follow a change in ams and not one of settings. They
 * hold options and addresses, no password; that comes with the version it belongs to, so a login never goes by old ones.
 */
export class AccountMemory {
  readonly #views = new Map<string, AccountView>();

  constructor(private readonly most = MOST) {}

  at(account: AccountKey, version: bigint): AccountView | undefined {
    const view = this.#views.get(keyOf(account));
    return view?.version === version ? view : undefined;
  }

  keep(account: AccountKey, view: AccountView): void {
    const key = keyOf(account);
    // Anew at the end: the first one is the one that was read longest ago.
    this.#views.delete(key);
    this.#views.set(key, view);
    const [oldest] = this.#views.keys();
    if (this.#views.size > this.most && oldest !== undefined)
      this.#views.delete(oldest);
  }
}

const keyOf = ({ tenantId, accountId }: AccountKey): string =>
  `${tenantId}/${accountId}`;
