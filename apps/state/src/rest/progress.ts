import { logger, withTenant } from "@ams-sync/platform";
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
} from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import { DataSource } from "typeorm";
import {
  StatusRepository,
  type StatusRow,
} from "../account/status.repository.js";
import { STATE_DATABASE } from "../databases.js";
import type { AccountKey } from "../wire/read.js";

/** Milliseconds. One question for all who look at one account here; each replica asks for its own. */
const ASK_EVERY = 1_000;

export interface Told {
  readonly status: StatusRow;
  /** Worked off since somebody looks on, by stream. */
  readonly done: ReadonlyMap<StreamKind, number>;
}

export interface Listener {
  tell(told: Told): void;
  /** The account is gone, or the service stops. */
  end(): void;
}

interface Room {
  readonly listeners: Set<Listener>;
  told: Told | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** How accounts get on, for those who look on. What it knows comes from the database, so any replica may be asked. */
@Injectable()
export class Progress implements BeforeApplicationShutdown {
  readonly #log = logger("progress");
  readonly #rooms = new Map<string, Room>();
  #stopped = false;

  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    @Inject(StatusRepository) private readonly statuses: StatusRepository,
  ) {}

  /** Tells the last state at once and each newer one. @returns ends it */
  listen(account: AccountKey, listener: Listener): () => void {
    const key = `${account.tenantId}/${account.accountId}`;
    const room = this.#rooms.get(key) ?? this.#open(key, account);
    room.listeners.add(listener);
    if (room.told) listener.tell(room.told);
    return () => {
      room.listeners.delete(listener);
      if (room.listeners.size > 0) return;
      clearTimeout(room.timer);
      if (this.#rooms.get(key) === room) this.#rooms.delete(key);
    };
  }

  /** Connections that last would keep the service from stopping. */
  beforeApplicationShutdown(): void {
    this.#stopped = true;
    for (const room of this.#rooms.values())
      this.#each(room, (listener) => listener.end());
  }

  #each({ listeners }: Room, tell: (listener: Listener) => void): void {
    toEach(listeners, tell, (error) =>
      this.#log.warn(
        { err: error },
        "somebody who looks on could not be told; the others were",
      ),
    );
  }

  #open(key: string, account: AccountKey): Room {
    const room: Room = {
      listeners: new Set(),
      told: undefined,
      timer: undefined,
    };
    this.#rooms.set(key, room);
    const ask = async () => {
      await this.#ask(account, room);
      if (room.listeners.size > 0 && !this.#stopped)
        room.timer = setTimeout(() => void ask(), ASK_EVERY);
    };
    void ask();
    return room;
  }

  async #ask(account: AccountKey, room: Room): Promise<void> {
    try {
      const status = await withTenant(
        this.database,
        account.tenantId,
        (manager) => this.statuses.find(manager, account),
      );
      if (status === undefined) {
        this.#each(room, (listener) => listener.end());
        return;
      }
      const told = { status, done: doneOf(status, room.told) };
      room.told = told;
      this.#each(room, (listener) => listener.tell(told));
    } catch (error) {
      this.#log.warn(
        { err: error },
        "how an account gets on could not be read; it is asked again",
      );
    }
  }
}

/** One connection that fails takes no news from the others. */
export const toEach = <T>(
  all: Iterable<T>,
  tell: (one: T) => void,
  failed: (error: unknown) => void,
): void => {
  for (const one of all)
    try {
      tell(one);
    } catch (error) {
      failed(error);
    }
};

/** What is pending less than a moment ago was done. With nothing pending and no run it begins anew. */
export const doneOf = (
  { streams, running }: Pick<StatusRow, "streams" | "running">,
  before: Told | undefined,
): ReadonlyMap<StreamKind, number> => {
  const was = new Map(
    before?.status.streams.map(({ kind, pending }) => [kind, pending]),
  );
  const begins = before?.status.running === false && running;
  return new Map(
    streams.map(({ kind, pending }) => {
      const known = begins && was.get(kind) === 0 ? 0 : before?.done.get(kind);
      const less = (was.get(kind) ?? pending) - pending;
      return [kind, (known ?? 0) + Math.max(0, less)];
    }),
  );
};
