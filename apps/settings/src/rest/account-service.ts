import { randomUUID } from "node:crypto";
import { Departure, type Account } from "@ams-sync/contracts";
import { withTenant } from "@ams-sync/platform";
import { notFound, versionMoved } from "@ams-sync/platform/rest";
import type { Person } from "@ams-sync/platform/sign-in";
import type { System } from "@ams-sync/sync-core";
import type { DataSource } from "typeorm";
import type { Items } from "../account-row.js";
import { accounts } from "../account.repository.js";
import type { Announcer } from "../announcer.js";
import type { CredentialVault } from "../credential-vault.js";
import type { LoginCheck } from "../logins/login-check.js";
import { leaveAccount } from "../leave-account.js";
import { logsInElsewhere } from "../moved-streams.js";
import { renewPassword, saveAccount, type Saved } from "../save-account.js";
import {
  connectorMissing,
  passwordMissing,
  refused,
  systemOf,
} from "./account-problems.js";
import { addressOf, type AddressRules } from "./address.js";
import { checkOptions, checkPlaces } from "./option-rules.js";
import { checkPrevious } from "./previous.js";
import type { People } from "./people.js";
import type { AccountOut, ChangedAccount, NewAccount } from "./schemas.js";
import { accountIn, accountOut } from "./wire.js";

export interface AccountServiceParts {
  readonly dataSource: DataSource;
  readonly vault: CredentialVault;
  readonly announcer: Pick<Announcer, "flush">;
  readonly people: People;
  readonly logins: LoginCheck;
  readonly rules: AddressRules;
}

interface Save {
  readonly by: Person;
  readonly userId: string;
  readonly accountId: string;
  readonly system: System;
  readonly before?: Account;
  readonly body: ChangedAccount;
}

type Wanted = Pick<Save, "accountId" | "userId" | "body">;

/** Accounts as people change them: everything is looked at before anything is stored. */
export class AccountService {
  constructor(private readonly parts: AccountServiceParts) {}

  /** @throws Problem `not-found` */
  async find(by: Person, accountId: string): Promise<Account> {
    const found = await withTenant(
      this.parts.dataSource,
      by.tenantId,
      (manager) => accounts.find(manager, accountId),
    );
    if (found === undefined) throw notFound();
    return found;
  }

  async shown(by: Person, account: Account): Promise<AccountOut> {
    const [shown] = await this.allShown(by, [account]);
    if (shown === undefined) throw notFound();
    return shown;
  }

  async allShown(
    by: Person,
    stored: readonly Account[],
  ): Promise<AccountOut[]> {
    const { dataSource, vault } = this.parts;
    const sealed = await withTenant(dataSource, by.tenantId, (manager) =>
      vault.stored(
        manager,
        stored.flatMap(({ account }) => account?.accountId ?? []),
      ),
    );
    return stored.map((account) =>
      accountOut(account, sealed.has(account.account?.accountId ?? "")),
    );
  }

  create(by: Person, userId: string, body: NewAccount): Promise<AccountOut> {
    const { system, ...rest } = body;
    const accountId = randomUUID();
    return this.#save({ by, userId, accountId, system, body: rest });
  }

  async change(
    by: Person,
    accountId: string,
    version: bigint,
    body: ChangedAccount,
  ): Promise<AccountOut> {
    const before = await this.find(by, accountId);
    // Before anything is asked of the server; saving looks again.
    if (before.version !== version) throw versionMoved();
    const { userId } = before;
    const system = systemOf(before);
    return this.#save({ by, userId, accountId, system, before, body });
  }

  /** A new password, and nothing else: what is wrong with the options is no reason against it. */
  async renew(
    by: Person,
    accountId: string,
    expectedVersion: bigint,
    password: string,
  ): Promise<AccountOut> {
    const { logins, people, rules } = this.parts;
    const before = await this.find(by, accountId);
    if (before.version !== expectedVersion) throw versionMoved();
    const system = systemOf(before);
    if (!logins.knows(system)) throw connectorMissing();
    const author = await people.get(by);
    const { serverUrl, username } = before;
    addressOf(system, serverUrl, rules);
    // R39
    await logins.offers({ system, serverUrl, username, password }, by);
    const { tenantId } = by;
    const account = { tenantId, accountId };
    return this.#stored(
      by,
      await renewPassword(
        this.parts,
        { account, expectedVersion, password },
        author,
      ),
    );
  }

  /**
   * Disconnects the account. What ams put there is removed or left, as its user says.
   * @returns whether it has ended
   */
  async leave(
    by: Person,
    accountId: string,
    expectedVersion: bigint,
    items: Items,
  ): Promise<boolean> {
    const { dataSource, people, announcer } = this.parts;
    const account = { tenantId: by.tenantId, accountId };
    const author = await people.get(by);
    const left = await leaveAccount(
      dataSource,
      { account, expectedVersion, items },
      author,
    );
    if (left === "unknown") throw notFound();
    if (left === "version") throw versionMoved();
    // Noted whatever becomes of this; a state that is down hears of it later.
    await announcer.flush();
    return withTenant(
      dataSource,
      by.tenantId,
      async (manager) =>
        (await accounts.find(manager, accountId)) === undefined,
    );
  }

  async #save(save: Save): Promise<AccountOut> {
    const { by, userId, accountId, system, before, body } = save;
    const { people, logins } = this.parts;
    if (before && before.leaving !== Departure.UNSPECIFIED)
      throw refused("leaving", undefined);
    if (!logins.knows(system)) throw connectorMissing();
    const ref = { tenantId: by.tenantId, accountId };
    const user = await people.get({ tenantId: by.tenantId, userId });
    const author = await people.get(by);
    const serverUrl = addressOf(system, body.serverUrl, this.parts.rules);
    const owners = before?.appointments?.ownerIds ?? [];
    await checkOptions(people, by.tenantId, user, system, body, owners);
    const typed = { serverUrl, username: body.username };
    const elsewhere = before === undefined || logsInElsewhere(before, typed);
    const { password = "" } = body;
    if (elsewhere && password === "") throw passwordMissing();
    if (before)
      checkPrevious(
        before,
        accountIn(ref, userId, system, { ...body, serverUrl }),
        body.previous,
      );
    // R39
    if (password !== "")
      checkPlaces(
        await logins.offers({ system, ...typed, password }, by),
        body,
      );
    return this.#stored(
      by,
      await saveAccount(
        this.parts,
        {
          account: accountIn(ref, userId, system, { ...body, serverUrl }),
          expectedVersion: before?.version ?? 0n,
          password,
        },
        author,
        { preview: true, ...(body.previous && { previous: body.previous }) },
      ),
      { accountId, userId, body },
    );
  }

  async #stored(
    by: Person,
    saved: Saved,
    wanted?: Wanted,
  ): Promise<AccountOut> {
    if (!saved.ok) {
      const holder = wanted && (await this.#holder(by, wanted));
      throw refused(saved.kind, holder, saved.message);
    }
    // Saved whatever becomes of this; a state that is down hears of it later.
    await this.parts.announcer.flush();
    return this.shown(by, saved.account);
  }

  /** The user's other account that has one of these kinds; it may have gone meanwhile. */
  async #holder(
    by: Person,
    { accountId, userId, body }: Wanted,
  ): Promise<Account | undefined> {
    const all = await withTenant(
      this.parts.dataSource,
      by.tenantId,
      (manager) => accounts.page(manager, { userId, limit: 100 }),
    );
    return all.find(
      ({ account, contacts, appointments, formerPlaceOf }) =>
        account?.accountId !== accountId &&
        formerPlaceOf === "" &&
        ((contacts && body.contacts) || (appointments && body.appointments)),
    );
  }
}
