import type { Socket } from "node:net";
import type { ClientConfig } from "pg";
import {
  LogicalReplicationService,
  type Pgoutput,
} from "pg-logical-replication";
import { unreachable } from "../ams/session.js";
import { decode, type StreamEvent } from "../decode/decoder.js";
import { formatLsn, parseLsn, type Lsn } from "../lsn.js";
import { KeysPlugin } from "./keys-plugin.js";

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

/**
 * The slot's changes in commit order, pulled by one reader. Confirms only what
 * it is told to: the library is asked for nothing automatic, as it would
 * confirm what was merely received.
 */
export class ReplicationStream {
  readonly #service: LogicalReplicationService;
  readonly #options: Required<StreamOptions>;
  #events: StreamEvent[] = [];
  #confirmed: Lsn;
  #failure: Error | undefined;
  #paused = false;
  #heardAt = performance.now();
  #status: NodeJS.Timeout | undefined;
  #wake: () => void = () => undefined;

  private constructor(options: StreamOptions) {
    this.#options = {
      statusEveryMs: 10_000,
      silenceMs: 60_000,
      highWater: 2_000,
      ...options,
    };
    this.#confirmed = options.from;
    this.#service = new LogicalReplicationService(options.client, {
      acknowledge: { auto: false, timeoutSeconds: 0 },
      // The library's own back-pressure holds data back but not keepalives: one would overtake changes that wait.
      flowControl: { enabled: false },
    });
    this.#service.on("data", (_lsn, message: Pgoutput.Message) =>
      this.#receive(() => decode(message)),
    );
    this.#service.on("heartbeat", (lsn, _time, replyWanted) =>
      this.#receive(() => [
        { type: "keepalive", lsn: parseLsn(lsn), replyWanted },
      ]),
    );
    this.#service.on("error", (error) => this.#fail(error));
    options.signal.addEventListener("abort", this.#interrupt);
  }

  /** Returns once the server streams. Throws pg's error when it refuses, for example 55006: the slot is in use. */
  static async open(options: StreamOptions): Promise<ReplicationStream> {
    const stream = new ReplicationStream(options);
    const started = new Promise<void>((resolve) =>
      stream.#service.on("start", resolve),
    );
    const plugin = new KeysPlugin((error) => stream.#fail(error));
    const ended = stream.#service
      .subscribe(plugin, options.slot, formatLsn(options.from))
      .then(() => {
        throw unreachable(new Error("it ended the replication stream"));
      })
      .catch((error: Error) => stream.#fail(error));
    await Promise.race([started, ended]);
    if (stream.#failure !== undefined) {
      await stream.close();
      throw stream.#failure;
    }
    stream.#status = setInterval(
      stream.#keepInTouch,
      stream.#options.statusEveryMs,
    );
    return stream;
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
          clearTimeout(timer);
          resolve();
        };
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    const events = this.#events;
    this.#events = [];
    if (this.#paused) this.#pause(false);
    return events;
  }

  /** Ends the wait of `next`. */
  wake(): void {
    this.#wake();
  }

  /** Everything up to `lsn` is stored: the server may forget it. */
  confirm(lsn: Lsn): void {
    if (lsn > this.#confirmed) this.#confirmed = lsn;
    this.answer();
  }

  /** Tells the server what is stored. */
  answer(replyWanted = false): void {
    if (this.#confirmed === 0n) return;
    // The library adds 1 to what it is given, as if it were the position of a last byte. A commit's end is where the
    // next record begins: confirmed with 1 more, a transaction whose commit stands right there is never sent again.
    void this.#service.acknowledge(
      formatLsn(this.#confirmed - 1n),
      replyWanted,
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#status);
    this.#options.signal.removeEventListener("abort", this.#interrupt);
    await this.#service.destroy();
  }

  readonly #interrupt = (): void => this.#wake();

  /** Also while state is away and nothing is read: the server must not take us for dead, nor we it for alive. */
  readonly #keepInTouch = (): void => {
    const silentFor = performance.now() - this.#heardAt;
    if (!this.#paused && silentFor > this.#options.silenceMs)
      this.#fail(unreachable(new Error("it fell silent")));
    this.answer(true);
  };

  #receive(events: () => StreamEvent[]): void {
    this.#heardAt = performance.now();
    if (this.#failure !== undefined) return;
    try {
      for (const event of events()) this.#events.push(event);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (!this.#paused && this.#events.length >= this.#options.highWater)
      this.#pause(true);
    this.#wake();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  #pause(paused: boolean): void {
    this.#paused = paused;
    // Private in the library's types, and replaced by pg when TLS begins: there is no other way to the socket.
    const connection: { stream?: Socket } | null = this.#service["_connection"];
    if (paused) connection?.stream?.pause();
    else {
      this.#heardAt = performance.now();
      connection?.stream?.resume();
    }
  }
}
