import {
  Departure,
  StreamKind,
  streamKindToWire,
  type Account,
  type AccountRef,
  type AccountServiceClient,
} from "@ams-sync/contracts";
import { logger, withTenant } from "@ams-sync/platform";
import { ClientError, Status } from "nice-grpc-common";
import type { DataSource } from "typeorm";
import { accounts } from "./account.repository.js";
import {
  announcements,
  type Announcement,
  type Untold,
} from "./announcement.repository.js";
import { endAccount } from "./leave-account.js";

const RETRY_MS = 2_000;
const BATCH = 100;
const AWAY: ReadonlySet<Status> = new Set([
  Status.UNAVAILABLE,
  Status.DEADLINE_EXCEEDED,
  Status.UNAUTHENTICATED,
  Status.PERMISSION_DENIED,
]);

/**
 * Tells state of every saved account, at least once: the note is written with the
 * account and struck only after state has answered. State ignores what it knows.
 */
export class Announcer {
  private readonly log = logger("announcer");
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly state: Pick<AccountServiceClient, "announceAccount">,
  ) {}

  /** Tells what is pending, and again every two seconds. */
  start(): void {
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Tells state what is pending, now; resolves when it was tried. */
  async flush(): Promise<void> {
    this.running = this.running.then(() => this.tellAll());
    await this.running;
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      void this.flush().finally(() => {
        if (!this.stopped) this.schedule(RETRY_MS);
      });
    }, afterMs);
  }

  private async tellAll(): Promise<void> {
    try {
      const pending = await announcements.pending(
        this.dataSource.manager,
        BATCH,
      );
      for (const account of pending) {
        if (this.stopped) return;
        await this.tellOne(account);
      }
    } catch (error) {
      // The notes stay; the next round tells them again.
      this.log.warn(
        { err: error, retryMs: RETRY_MS },
        "state could not be told of saved accounts yet",
      );
    }
  }

  /** One that state refuses must not hold up those behind it; a state that is away would keep each of them waiting. */
  private async tellOne(account: AccountRef): Promise<void> {
    try {
      await this.tell(account);
    } catch (error) {
      if (!(error instanceof ClientError) || AWAY.has(error.code)) throw error;
      this.log.warn(
        { ...account, code: Status[error.code] },
        "state refused to be told of an account; it is told again",
      );
    }
  }

  private async tell(ref: AccountRef): Promise<void> {
    // The lock keeps a save from coming between: its version, told without what moved, would hide the move from state.
    const [account, note] = await withTenant(
      this.dataSource,
      ref.tenantId,
      async (manager) => [
        await accounts.find(manager, ref.accountId, "for update"),
        await announcements.of(manager, ref),
      ],
    );
    // Another replica was faster.
    if (note === undefined) return;
    if (account && account.leaving !== Departure.UNSPECIFIED)
      return this.depart(account, note);
    if (account) {
      const streams: StreamKind[] = [];
      if (account.contacts) streams.push(StreamKind.CONTACTS);
      if (account.appointments) streams.push(StreamKind.APPOINTMENTS);
      await this.state.announceAccount({
        account: ref,
        userId: account.userId,
        system: account.system,
        streams,
        ownerIds: othersOf(account),
        settingsVersion: account.version,
        credentialChanged: note.credentialChanged,
        ...movesOf(note),
        preview: note.preview,
        formerPlaces: formerPlacesOf(note),
      });
    }
    await announcements.strike(this.dataSource.manager, note);
  }

  /**
   * One that is being disconnected is told of until state has forgotten it; only then it goes here. Who dies in between
   * hears the same again.
   */
  private async depart(account: Account, note: Untold): Promise<void> {
    const { account: ref } = note;
    const { ended } = await this.state.announceAccount({
      account: ref,
      userId: account.userId,
      system: account.system,
      streams: [],
      settingsVersion: account.version,
      credentialChanged: note.credentialChanged,
      ...movesOf(note),
      leaving: account.leaving,
      formerPlaces: formerPlacesOf(note),
    });
    if (!ended) return announcements.postpone(this.dataSource.manager, note);
    await withTenant(this.dataSource, ref.tenantId, (manager) =>
      endAccount(manager, ref.accountId),
    );
    await announcements.strike(this.dataSource.manager, {
      ...note,
      version: account.version,
    });
  }
}

/** R14 */
const othersOf = ({ userId, appointments }: Account): string[] =>
  (appointments?.ownerIds ?? []).filter((owner) => owner !== userId);

const formerPlacesOf = ({ formerPlaces = [] }: Announcement) =>
  formerPlaces.map(({ accountId, streams, since = {} }) => ({
    accountId,
    streams: streams.map(streamKindToWire),
    since: streams.map((stream) => BigInt(since[stream] ?? 0)),
  }));

const movesOf = ({ movedStreams, movedAt }: Untold) => ({
  movedStreams: movedStreams.map(streamKindToWire),
  movedSince: movedStreams.map((stream) => BigInt(movedAt[stream] ?? 0)),
});
