import { Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import { LeaseRepository } from "../run/lease.repository.js";
import { TargetRepository } from "../run/target.repository.js";
import type { AccountKey } from "../wire/read.js";
import { AccountRepository } from "./account.repository.js";
import { DepartureRepository, type Items } from "./departure.repository.js";
import { FormerPlaces, type FormerPlace } from "./former-place.js";
import { newMoves, type Move } from "./move.js";

/** What settings tells of an account that is being disconnected. */
export interface Departure {
  readonly account: AccountKey;
  readonly items: Items;
  /** Those whose settings name another place than state was told last. */
  readonly moves: readonly Move[];
  readonly settingsVersion: bigint;
  readonly credentialChanged: boolean;
  /** What was put where moved streams were is removed by these. */
  readonly formerPlaces: readonly FormerPlace[];
}

const REVOKED =
  "The account is being disconnected; what it was doing was broken off.";

/**
 * Disconnects accounts. One ends only when nobody can write for it any more: a run that was under way has lost the account,
 * and its lease, which outlasts every request that it may have begun, is over. Works inside the given transaction.
 */
@Injectable()
export class Depart {
  constructor(
    private readonly leases: LeaseRepository,
    private readonly accounts: AccountRepository,
    private readonly departures: DepartureRepository,
    private readonly targets: TargetRepository,
    private readonly formerPlaces: FormerPlaces,
  ) {}

  /** @returns whether it has ended; told once more it says the same */
  async tell(
    manager: EntityManager,
    {
      account,
      items,
      moves,
      settingsVersion,
      credentialChanged,
      formerPlaces,
    }: Departure,
  ): Promise<boolean> {
    const known = await this.leases.lock(manager, account);
    if (known === undefined) {
      // Also one that state has never heard of: what was told of it before may still arrive.
      await this.departures.end(manager, account);
      return true;
    }
    if (settingsVersion > BigInt(known.settingsVersion)) {
      await this.accounts.update(manager, account, {
        settingsVersion,
        credentialVersion: credentialChanged
          ? settingsVersion
          : BigInt(known.credentialVersion),
        renewed: credentialChanged,
      });
      await this.accounts.lockSchedule(manager, account);
      const { userId, system } = known;
      const heard = BigInt(known.settingsVersion);
      const movedStreams = newMoves(moves, heard);
      await this.formerPlaces.take(
        manager,
        { account, userId, system },
        formerPlaces,
        heard,
      );
      // With this login the old place cannot be reached any more: its container is free. Without one, a stream's links go.
      for (const kind of movedStreams)
        await this.targets.forget(manager, account, kind, "moved");
      if (known.leaving !== items || movedStreams.length > 0)
        await this.begin(manager, account, items);
      // What a stream that was off had put there is to be removed, too.
      await this.accounts.pause(manager, account);
      if (items === "leave") await this.departures.rest(manager, account);
      else await this.accounts.reschedule(manager, account, credentialChanged);
    }
    return this.endIfThrough(manager, account);
  }

  /** Ends the locked account where nothing is left to do for it. */
  async endIfThrough(
    manager: EntityManager,
    account: AccountKey,
  ): Promise<boolean> {
    const standing = await this.leases.lock(manager, account);
    if (!standing?.leaving || standing.leased) return false;
    const through =
      standing.leaving === "leave" ||
      (await this.departures.isEmpty(manager, account));
    if (through) await this.departures.end(manager, account);
    return through;
  }

  private async begin(
    manager: EntityManager,
    account: AccountKey,
    items: Items,
  ): Promise<void> {
    await this.leases.fence(manager, account, REVOKED);
    await this.departures.mark(manager, account, items);
    if (items === "remove") await this.departures.undoLinks(manager, account);
  }
}
