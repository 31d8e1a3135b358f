import type { ClientConfig } from "pg";
import { decode, type StreamEvent } from "../decode/decoder.js";
import { PgoutputReader } from "../decode/pgoutput.js";
import type { Lsn } from "../lsn.js";
import { WalConnection } from "./wal-connection.js";
import { unreachable } from "../ams/session.js";

export interface StreamOptions {
  readonly client: ClientConfig;
  readonly slot: string;
  /** Where state stands; the server goes on after it. */
  readonly from: Lsn;
  readonly signal: AbortSignal;
  /** How often the server hears of us at least; below its wal_sender_timeout (60 s by default). */
  readonly statusEveryMs?: number;
  /** A server that answered nothing for so long is gone. */
  readonly silenceMs?: number;
  /** The socket is paused while so many events wait. */
  readonly highWater?: number;
}

/** Long enough to gather a chunk, too short to hold anything up. */
const REST_MS = 2;

/**
 * The slot's changes in commit order, pulled by one reader. Confirms only what
 * it is told to, and never what was merely received.
 */
export class ReplicationStream {
  readonly #connection: WalConnection;
  readonly #reader = new PgoutputReader();
  readonly #options: Required<StreamOptions>;
  #events: StreamEvent[] = [];
  #confirmed: Lsn;
  #failure: Error | undefined;
  #hurry = true;
  /** As many events wait as may. */
  #full = false;
  #rest: NodeJS.Timeout | undefined;
  #heardAt = performance.now();
  #status: NodeJS.Timeout | undefined;
  /** Ends the wait of `next`, if one waits. */
  #wake: (() => void) | undefined;

  private constructor(options: StreamOptions) {
    this.#options = {
      statusEveryMs: 10_000,
      silenceMs: 60_000,
      highWater: 8_000,
      ...options,
    };
    this.#confirmed = options.from;
    this.#connection = new WalConnection(options.client, {
      message: (bytes, from) => this.#message(bytes, from),
      keepalive: (lsn, replyWanted) =>
        this.#take([{ type: "keepalive", lsn, replyWanted }]),
      failed: (error) => this.#fail(error),
    });
    options.signal.addEventListener("abort", this.#interrupt);
  }

  /** Returns once the server streams. Throws pg's error when it refuses, for example 55006: the slot is in use. */
  static async open(options: StreamOptions): Promise<ReplicationStream> {
    const stream = new ReplicationStream(options);
    try {
      await stream.#connection.start(options.slot, options.from);
    } catch (error) {
      await stream.close();
      throw error;
    }
    stream.#status = setInterval(
      stream.#keepInTouch,
      stream.#options.statusEveryMs,
    );
    return stream;
  }

  /**
   * Whether what comes in can be used at once. Otherwise it is read in chunks:
   * the server sends each message by itself, and who reads as fast as that
   * wakes three times for a transaction of one row and makes the server wait
   * for it each time.
   */
  set hurry(hurry: boolean) {
    this.#hurry = hurry;
    if (hurry && this.#rest !== undefined) this.#rested();
  }

  /** Events wait already: more can be gathered without waiting. */
  get pending(): boolean {
    return this.#events.length > 0;
  }

  /** What came in since the last call; waits for something up to `waitMs`. Throws when the stream broke. */
  async next(waitMs: number): Promise<StreamEvent[]> {
    const { signal } = this.#options;
    if (!this.pending && this.#failure === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#wake = () => {
          this.#wake = undefined;
          clearTimeout(timer);
          resolve();
        };
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    const events = this.#events;
    this.#events = [];
    if (this.#full) {
      this.#full = false;
      // Nothing was heard while nothing was read.
      this.#heardAt = performance.now();
      this.#flow();
    }
    return events;
  }

  /** Ends the wait of `next`. */
  wake(): void {
    this.#wake?.();
  }

  /** Everything up to `lsn` is stored: the server may forget it. */
  confirm(lsn: Lsn): void {
    if (lsn > this.#confirmed) this.#confirmed = lsn;
    this.answer();
  }

  /** Tells the server what is stored. */
  answer(replyWanted = false): void {
    if (this.#confirmed !== 0n)
      this.#connection.status(this.#confirmed, replyWanted);
  }

  async close(): Promise<void> {
    clearInterval(this.#status);
    clearTimeout(this.#rest);
    this.#options.signal.removeEventListener("abort", this.#interrupt);
    await this.#connection.close();
  }

  readonly #interrupt = (): void => this.#wake?.();

  /** Also while state is away and nothing is read: the server must not take us for dead, nor we it for alive. */
  readonly #keepInTouch = (): void => {
    const silentFor = performance.now() - this.#heardAt;
    if (!this.#full && silentFor > this.#options.silenceMs)
      this.#fail(unreachable(new Error("it fell silent")));
    this.answer(true);
  };

  #message(bytes: Buffer, from: number): void {
    // Thrown on, it would end the process from within the socket's handler.
    try {
      const message = this.#reader.read(bytes, from);
      this.#take(message === undefined ? [] : decode(message));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(events: readonly StreamEvent[]): void {
    this.#heardAt = performance.now();
    // What comes after something that could not be read would hide that it is missing.
    if (this.#failure !== undefined) return;
    for (const event of events) this.#events.push(event);
    const full = this.#events.length >= this.#options.highWater;
    const rests = !this.#hurry && this.#rest === undefined;
    if (rests) this.#rest = setTimeout(this.#rested, REST_MS);
    if (rests || (full && !this.#full)) {
      this.#full = full;
      this.#flow();
    }
    this.#wake?.();
  }

  readonly #rested = (): void => {
    clearTimeout(this.#rest);
    this.#rest = undefined;
    this.#flow();
  };

  #flow(): void {
    this.#connection.flowing = !this.#full && this.#rest === undefined;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
