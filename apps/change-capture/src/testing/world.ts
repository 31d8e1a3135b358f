import { parseLsn, type Lsn } from "../lsn.js";
import { amsFixture, type AmsFixture, type Server } from "./ams-fixture.js";
import { RecordingFeed } from "./recording-feed.js";
import { startCapture, type RunningCapture } from "./running-capture.js";

/** What specs may import and this file may not. */
export interface Kit {
  readonly server: Server;
  migrate(url: string): Promise<unknown>;
  waitFor(
    question: () => Promise<boolean> | boolean,
    options: { what: string; timeoutMs?: number },
  ): Promise<unknown>;
}

/** One ams database after the other on a real server, a recorded feed, and captures between them. */
export class World {
  ams!: AmsFixture;
  feed!: RecordingFeed;
  readonly #captures: RunningCapture[] = [];
  #databases = 0;

  constructor(
    private readonly kit: Kit,
    private readonly prefix: string,
  ) {}

  async fresh(): Promise<void> {
    this.#databases += 1;
    const name = `${this.prefix}${this.#databases}`;
    this.ams = await amsFixture(this.kit.server, this.kit.migrate, name);
    this.feed = new RecordingFeed();
  }

  start(
    options: Partial<Parameters<typeof startCapture>[0]> = {},
  ): RunningCapture {
    const capture = startCapture({
      url: this.ams.captureUrl,
      source: this.ams.source,
      feed: this.feed,
      ...options,
    });
    this.#captures.push(capture);
    return capture;
  }

  async tidy(): Promise<void> {
    await Promise.all(this.#captures.splice(0).map((one) => one.stop()));
    await this.ams.close();
  }

  until(what: string, question: () => Promise<boolean> | boolean) {
    return this.kit.waitFor(question, { what });
  }

  /** Gives the phase, so that a test can say what it expects. */
  async phase(capture: RunningCapture, wanted: string): Promise<string> {
    const report = () => capture.status.report;
    await this.kit
      .waitFor(() => report().phase === wanted, { what: `phase ${wanted}` })
      .catch((error: unknown) => {
        throw new Error(`It is ${JSON.stringify(report())}`, { cause: error });
      });
    return report().phase;
  }

  /** Everything that ams has committed until now is in the feed. */
  async caughtUp(): Promise<void> {
    const end = await this.end();
    await this.until(
      "the feed to reach ams",
      () => (this.feed.source?.lastLsn ?? 0n) >= end,
    );
  }

  /** Where ams's WAL ends. */
  async end(): Promise<Lsn> {
    const [row] = await this.ams.sql(
      "select pg_current_wal_lsn()::text as lsn",
    );
    return parseLsn(String(row?.["lsn"]));
  }

  async slotExists(): Promise<boolean> {
    const rows = await this.ams.sql(
      "select from pg_replication_slots where slot_name = $1",
      [this.ams.slot],
    );
    return rows.length > 0;
  }

  async confirmed(): Promise<Lsn> {
    const [row] = await this.ams.sql(
      "select confirmed_flush_lsn::text as lsn from pg_replication_slots where slot_name = $1",
      [this.ams.slot],
    );
    return row === undefined ? 0n : parseLsn(String(row["lsn"]));
  }
}

export const errorsOf = (capture: RunningCapture): string[] =>
  capture.lines.filter(({ level }) => level === "error").map(({ msg }) => msg);
