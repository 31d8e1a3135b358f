import type { AmsDatabase, AmsDatabaseWrites, AmsReads } from "@ams-sync/ams";
import type { Logger } from "@ams-sync/platform";
import { AmsAway, type TenantHome } from "../ams-records.js";
import type { Clock } from "../clock.js";
import { within } from "./within.js";

/** What is needed of the database; `connect` rejects when it cannot be reached. */
export type AmsConnected = Pick<
  AmsDatabase,
  | "inTenant"
  | "change"
  | "changeTogether"
  | "create"
  | "check"
  | "identity"
  | "close"
>;

/** An open one, and which database it was when it was opened. */
interface Pool {
  readonly database: AmsConnected;
  readonly identity: string | undefined;
}

export interface AmsSourceParts {
  /** For people. */
  readonly name: string;
  readonly connect: () => Promise<AmsConnected>;
  readonly clock: Pick<Clock, "monotonic">;
  readonly log: Pick<Logger, "info" | "warn">;
  readonly patience?: Partial<Patience>;
}

/** Milliseconds. */
export interface Patience {
  /** A database that does not answer a question that takes none so long is away. */
  readonly answer: number;
  /** Then all who ask are told so at once, until this has passed and one may try. */
  readonly pause: number;
  /** A reading that takes longer makes us ask whether it answers at all, again and again. */
  readonly look: number;
  /** The longest that a reading or a write may take; the server ends each statement after 60 s. */
  readonly reading: number;
}

const PATIENCE: Patience = {
  answer: 6_000,
  pause: 5_000,
  look: 10_000,
  reading: 120_000,
};

/**
 * One of several ams databases. Its pool is opened when first needed. While it is away, readings fail at once but for
 * one at a time that tries: the worker's places belong to the accounts of the others.
 */
export class AmsSource {
  readonly #patience: Patience;
  #pool: Pool | undefined;
  #opening: Promise<Pool> | undefined;
  /** When the next one may try; set while the database is away. */
  #away: { readonly until: number; readonly cause: unknown } | undefined;

  constructor(private readonly parts: AmsSourceParts) {
    this.#patience = { ...PATIENCE, ...parts.patience };
  }

  /** @throws AmsAway, or what `work` throws while the database answers */
  async inTenant<T>(
    home: TenantHome,
    work: (reads: AmsReads) => Promise<T>,
  ): Promise<T> {
    const over = new AbortController();
    try {
      return await this.#patiently("a reading", home, (database) =>
        database.inTenant(home.tenantId, work, over.signal),
      );
    } finally {
      // One that goes on unheard would keep a connection from the others.
      over.abort();
    }
  }

  /**
   * One write, tried once. One that nobody heard the end of may still be carried out, so it counts as neither done nor
   * failed: the next run reads what became of it.
   * @throws AmsAway
   */
  async write<T>(
    home: TenantHome,
    work: (writes: AmsDatabaseWrites) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#patiently("a write", home, work);
    } catch (error) {
      // A TypeError is a fault of ours, from before anything was sent.
      if (error instanceof AmsAway || error instanceof TypeError) throw error;
      this.parts.log.warn(
        { err: error },
        `a write into the ${this.#name} ended unheard`,
      );
      throw new AmsAway(
        true,
        `${this.#title} broke off in the middle of a write. Nothing is lost; the run is repeated by itself and looks what was written. If it stays so, see the connector's log.`,
        { cause: error },
      );
    }
  }

  async #patiently<T>(
    what: string,
    { sourceIdentity }: TenantHome,
    work: (database: AmsConnected) => Promise<T>,
  ): Promise<T> {
    const { database, identity } = await this.#open();
    if (sourceIdentity !== undefined && sourceIdentity !== identity)
      throw this.#another(identity, sourceIdentity);
    const working = work(database);
    // Its failure is told below, also when nobody waits for it any more.
    working.catch(() => undefined);
    const { look, reading: longest } = this.#patience;
    for (let waited = 0; waited < longest; waited += look) {
      const outcome = await within(look, working).catch(async (cause) => {
        await this.#ask(database, cause);
        throw cause;
      });
      if (outcome.inTime) return outcome.value;
      await this.#ask(database);
    }
    // The database answers: its pool stays, under the readings of the other accounts.
    throw new AmsAway(
      true,
      `${this.#title} answers, but ${what} took longer than ${longest / 1_000} s. Nothing is lost; the run is repeated by itself. If it stays so, look what slows the database down.`,
    );
  }

  /** Resolves when it answers and holds the schema. @throws what the database says */
  async check(): Promise<void> {
    try {
      await this.#ask((await this.#open()).database);
    } catch (error) {
      throw error instanceof AmsAway ? error.cause : error;
    }
  }

  async close(): Promise<void> {
    await this.#pool?.database.close();
  }

  /** @throws AmsAway when the database does not answer: that explains any other failure */
  async #ask(database: AmsConnected, explains?: unknown): Promise<void> {
    try {
      const answer = await within(this.#patience.answer, database.check());
      if (answer.inTime) return;
    } catch (cause) {
      throw this.#lost(database, explains ?? cause);
    }
    throw this.#lost(database, explains ?? new Error("no answer"));
  }

  async #open(): Promise<Pool> {
    if (this.#pool) return this.#pool;
    const away = this.#away;
    const tooEarly = away && this.parts.clock.monotonic() < away.until;
    // One tries; whoever waited for it would keep a place that others need.
    if (away && (tooEarly || this.#opening)) throw this.#error(away.cause);
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<Pool> {
    const connecting = this.parts.connect();
    try {
      const known = connecting.then(async (database) => ({
        database,
        identity: await database.identity(),
      }));
      const connected = await within(this.#patience.answer, known);
      if (!connected.inTime) throw new Error("no answer");
      if (this.#away) this.parts.log.info({}, `${this.#title} answers again`);
      this.#away = undefined;
      return (this.#pool = connected.value);
    } catch (cause) {
      // One that comes too late is not used.
      connecting.then(
        (late) => late.close(),
        () => undefined,
      );
      throw this.#gone(cause);
    }
  }

  /** Its pool goes with it: connections into nothing would keep whoever is given one. */
  #lost(database: AmsConnected, cause: unknown): AmsAway {
    if (this.#pool?.database !== database) return this.#error(cause);
    this.#pool = undefined;
    // What it stood for is told by `#gone`; a pool that is lost has nothing to say.
    database.close().catch(() => undefined);
    return this.#gone(cause);
  }

  #gone(cause: unknown): AmsAway {
    if (!this.#away)
      this.parts.log.warn(
        { err: cause },
        `${this.#title} does not answer; its accounts wait, those of other ams databases go on`,
      );
    const { monotonic } = this.parts.clock;
    this.#away = { until: monotonic() + this.#patience.pause, cause };
    return this.#error(cause);
  }

  #error(cause: unknown): AmsAway {
    return new AmsAway(
      true,
      `${this.#title} does not answer. Nothing is lost; the run is repeated by itself. If it stays so, see the connector's log.`,
      { cause },
    );
  }

  /** Names swapped, or a copy in its place: one brokerage would be served from what is kept of another. */
  #another(identity: string | undefined, meant: string): AmsAway {
    const { name } = this.parts;
    return new AmsAway(
      false,
      identity === undefined
        ? `${this.#title} does not tell which database it is, so it is left alone. Nothing is lost: GRANT EXECUTE ON FUNCTION pg_control_system() TO ams_sync_connector in it, and restart the connector.`
        : `${this.#title} is ${identity}, but change-capture knows "${name}" as ${meant}, so it is left alone. Nothing is lost: give each database the name in the connector's AMS_DATABASES_FILE (or AMS_SOURCE) that its change-capture has in AMS_SOURCE, and restart the connector.`,
    );
  }

  get #name(): string {
    return `ams database "${this.parts.name}"`;
  }

  get #title(): string {
    return `The ${this.#name}`;
  }
}
