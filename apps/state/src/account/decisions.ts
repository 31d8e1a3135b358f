import { withTenant } from "@ams-sync/platform";
import { Inject, Injectable } from "@nestjs/common";
import { DataSource, type EntityManager } from "typeorm";
import { STATE_DATABASE } from "../databases.js";
import { Refusal } from "../refusal.js";
import { LeaseRepository } from "../run/lease.repository.js";
import { Sweep } from "../sweep/sweep.js";
import type { AccountKey } from "../wire/read.js";
import { AccountRepository } from "./account.repository.js";

/** What people say of an account. */
@Injectable()
export class Decisions {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    private readonly leases: LeaseRepository,
    private readonly accounts: AccountRepository,
    private readonly sweep: Sweep,
  ) {}

  /**
   * Stores it under the account's lock and lets a run act on it at once.
   * @throws Refusal unknown when there is no such account
   */
  async store<T>(
    account: AccountKey,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    const { answer, system } = await withTenant(
      this.database,
      account.tenantId,
      async (manager) => {
        const locked = await this.leases.lock(manager, account);
        if (locked === undefined)
          throw new Refusal("unknown", "There is no such account.");
        await this.accounts.makeDue(manager, account);
        return { answer: await work(manager), system: locked.system };
      },
    );
    // Not awaited: a queue that is away must not hold up who answers.
    void this.sweep.wake(account, system);
    return answer;
  }
}
