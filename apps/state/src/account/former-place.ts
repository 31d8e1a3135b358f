import type { StreamKind, System } from "@ams-sync/sync-core";
import { Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import { LeaseRepository } from "../run/lease.repository.js";
import type { AccountKey } from "../wire/read.js";
import { AccountRepository } from "./account.repository.js";
import { DepartureRepository } from "./departure.repository.js";
import { FormerPlaceRepository } from "./former-place.repository.js";
import type { Move } from "./move.js";

/** An account that takes over what another one had put where its streams were. */
export interface FormerPlace {
  readonly accountId: string;
  /** `since`: with which settings version they came to this place; 0: with one that state was told of. */
  readonly streams: readonly Move[];
}

export interface Owner {
  readonly account: AccountKey;
  readonly userId: string;
  readonly system: System;
}

const REVOKED =
  "The account was pointed elsewhere; what it was doing at its former place was broken off.";

/** Older than every version but the one that settings makes such an account with. */
const FIRST = 1n;

/** What settings tells of places that an account has left. Works inside the given transaction. */
@Injectable()
export class FormerPlaces {
  constructor(
    private readonly leases: LeaseRepository,
    private readonly accounts: AccountRepository,
    private readonly departures: DepartureRepository,
    private readonly places: FormerPlaceRepository,
  ) {}

  /**
   * Lets accounts of their own take over what the locked account had put there, as ones that are being disconnected, before
   * it forgets. They begin only when a run of the account that was under way can write no more. Whoever is known has
   * taken over already; what one took over is not there for the next.
   * @param heard the settings version that state was told last: what it knows was put where that one says
   */
  async take(
    manager: EntityManager,
    owner: Owner,
    places: readonly FormerPlace[],
    heard: bigint,
  ): Promise<void> {
    const taken = new Set<StreamKind>();
    for (const { accountId, streams } of places) {
      const former = { tenantId: owner.account.tenantId, accountId };
      if (await this.isKnown(manager, former)) continue;
      const open = streams.flatMap(({ kind, since }) =>
        taken.has(kind) || since > heard ? [] : [kind],
      );
      await this.one(manager, owner, former, open);
      for (const stream of open) taken.add(stream);
    }
  }

  private async isKnown(
    manager: EntityManager,
    former: AccountKey,
  ): Promise<boolean> {
    const known = await this.leases.lock(manager, former);
    return (
      known !== undefined || (await this.departures.isEnded(manager, former))
    );
  }

  private async one(
    manager: EntityManager,
    { account, userId, system }: Owner,
    former: AccountKey,
    streams: readonly StreamKind[],
  ): Promise<void> {
    await this.accounts.makeKnown(manager, former, userId, system);
    await this.leases.lock(manager, former);
    await this.accounts.update(manager, former, {
      ...{ settingsVersion: FIRST, credentialVersion: FIRST, renewed: false },
    });
    await this.leases.fence(manager, account, REVOKED);
    for (const stream of streams)
      await this.places.handOver(manager, account, former, stream);
    await this.departures.mark(manager, former, "remove");
    await this.departures.undoLinks(manager, former);
    // Where nothing was put there is no stream: it rests until it is told to end.
    await this.accounts.pause(manager, former);
    await this.accounts.reschedule(manager, former, false);
    await this.places.waitFor(manager, account, former);
  }
}
