import { Inject, Injectable } from "@nestjs/common";
import {
  STREAM_KINDS,
  type StreamKind,
  type System,
} from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import { Refusal } from "../refusal.js";
import { LeaseRepository } from "../run/lease.repository.js";
import { TargetRepository } from "../run/target.repository.js";
import type { AccountKey } from "../wire/read.js";
import { AccountRepository } from "./account.repository.js";
import { DepartureRepository } from "./departure.repository.js";
import { FormerPlaces, type FormerPlace } from "./former-place.js";
import { newMoves, type Move } from "./move.js";

export interface Announcement {
  readonly account: AccountKey;
  readonly userId: string;
  /** Others whose appointments it sends (R14). */
  readonly ownerIds: readonly string[];
  readonly system: System;
  /** Those that are on. */
  readonly streams: readonly StreamKind[];
  /** Those that write to another server, login or container than state was told last; of any others nothing comes. */
  readonly moves: readonly Move[];
  readonly settingsVersion: bigint;
  readonly credentialChanged: boolean;
  /** A person is to see what this comes to before it is done. */
  readonly preview: boolean;
  /** What was put where moved streams were is removed by these. */
  readonly formerPlaces: readonly FormerPlace[];
}

/** What settings tells. Works inside the given transaction; locks the account, then its schedule row. */
@Injectable()
export class Announce {
  constructor(
    private readonly leases: LeaseRepository,
    private readonly accounts: AccountRepository,
    private readonly targets: TargetRepository,
    private readonly departures: DepartureRepository,
    private readonly formerPlaces: FormerPlaces,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
  ) {}

  /**
   * @returns whether it told anything new; of an account that was disconnected, nothing: whoever tells of it is late
   */
  async announce(
    manager: EntityManager,
    announcement: Announcement,
  ): Promise<boolean> {
    const { account, userId, system, settingsVersion } = announcement;
    await this.accounts.makeKnown(manager, account, userId, system);
    const known = await this.leases.lock(manager, account);
    // Looked at once it is locked: it may have ended meanwhile, and been made known just now.
    if (await this.departures.isEnded(manager, account)) {
      await this.departures.end(manager, account);
      return false;
    }
    if (known?.userId !== userId || known.system !== system)
      throw new Refusal(
        "not-now",
        "The account is known with another user or system; a login elsewhere is another account.",
      );
    const newer = settingsVersion > BigInt(known.settingsVersion);
    // Told apart from the options: an announcement may overtake the one that brought the credential.
    const renewed =
      announcement.credentialChanged &&
      settingsVersion > BigInt(known.credentialVersion);
    if (!newer && !renewed) return false;
    await this.accounts.update(manager, account, {
      settingsVersion: newer ? settingsVersion : BigInt(known.settingsVersion),
      credentialVersion: renewed
        ? settingsVersion
        : BigInt(known.credentialVersion),
      renewed,
    });
    await this.accounts.lockSchedule(manager, account);
    const heard = BigInt(known.settingsVersion);
    if (newer) await this.apply(manager, announcement, heard);
    await this.accounts.pause(manager, account);
    await this.accounts.reschedule(manager, account, renewed);
    return true;
  }

  private async apply(
    manager: EntityManager,
    announcement: Announcement,
    heard: bigint,
  ): Promise<void> {
    const { account, ownerIds, streams, preview } = announcement;
    await this.accounts.noteOwners(manager, account, ownerIds);
    const movedStreams = newMoves(announcement.moves, heard);
    // Before a stream gives its container up.
    await this.formerPlaces.take(
      manager,
      announcement,
      announcement.formerPlaces,
      heard,
    );
    let outdated = false;
    for (const kind of STREAM_KINDS) {
      const off = await this.accounts.switchStream(
        manager,
        account,
        kind,
        streams.includes(kind),
        { pollMs: this.config.POLL_MIN_MS, preview },
      );
      const moved =
        movedStreams.includes(kind) &&
        (await this.targets.forget(manager, account, kind, "moved"));
      outdated ||= off || moved;
    }
    // It goes on writing where nothing is to be written any more.
    if (outdated)
      await this.leases.revoke(
        manager,
        account,
        "The account was pointed elsewhere or a stream was switched off while the run was under way.",
      );
  }
}
