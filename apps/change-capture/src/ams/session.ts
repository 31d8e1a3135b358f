import { setTimeout as delay } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { CaptureError } from "../problem.js";

export interface AmsConnection {
  readonly url: string;
  /** Name of the source; sessions are seen under it in pg_stat_activity. */
  readonly source: string;
}

/**
 * A replica that is silent for so long is dead to the ams server, also when its machine goes on answering for it: a
 * process that was stopped, an event loop that hangs. Lock and slot then go to the next one.
 */
const SILENT_MOST_MS = 20_000;
const SIGN_OF_LIFE_MS = 5_000;

export interface SignsOfLife {
  readonly everyMs: number;
  readonly silentMostMs: number;
}

export function clientConfig({ url, source }: AmsConnection): ClientConfig {
  return {
    connectionString: url,
    application_name: `change-capture ${source}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 20_000,
    // The slot of a replica that hangs is free again when its lock is.
    options: `-c wal_sender_timeout=${SILENT_MOST_MS}`,
  };
}

/**
 * The session of the replica that captures. It holds an advisory lock, so that
 * only one replica touches slot and source, also while neither is in use, as
 * between making the slot and streaming. `lost` fires when it breaks, with a
 * CaptureError as reason: whoever works on its account must stop.
 */
export class AmsSession {
  readonly #lost = new AbortController();
  #alive: NodeJS.Timeout | undefined;

  private constructor(
    readonly client: Client,
    private readonly source: string,
  ) {
    client.on("error", (error) => this.#end(unreachable(error)));
    client.on("end", () => this.#end(unreachable(undefined)));
  }

  static async open(
    connection: AmsConnection,
    { everyMs, silentMostMs }: SignsOfLife = {
      everyMs: SIGN_OF_LIFE_MS,
      silentMostMs: SILENT_MOST_MS,
    },
  ): Promise<AmsSession> {
    const client = new Client(clientConfig(connection));
    const session = new AmsSession(client, connection.source);
    try {
      await client.connect();
      // A replica whose machine dies must not keep the lock for the two hours of TCP's defaults, and one that hangs
      // not for ever; somebody else's shorter limits may not take it away.
      await client.query(
        `set tcp_keepalives_idle = 20; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set statement_timeout = 0;
         set idle_session_timeout = ${silentMostMs}; set idle_in_transaction_session_timeout = ${silentMostMs}`,
      );
      session.#keepAlive(everyMs);
      return session;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw unreachable(error);
    }
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** False while another replica captures this source. */
  async tryLock(): Promise<boolean> {
    const { rows } = await this.client.query<{ locked: boolean }>(
      "select pg_try_advisory_lock(hashtextextended('ams-sync change-capture ' || $1, 0)) as locked",
      [this.source],
    );
    return rows[0]?.locked === true;
  }

  #keepAlive(everyMs: number): void {
    let asked = false;
    this.#alive = setInterval(() => {
      // Behind a long query there is no idleness that it could end.
      if (asked) return;
      asked = true;
      const answered = () => {
        asked = false;
      };
      // Also when it is refused: a session that broke says so by itself, any other one has to go on giving signs.
      this.client.query("select 1").then(answered, answered);
    }, everyMs);
  }

  #end(reason: CaptureError): void {
    clearInterval(this.#alive);
    this.#lost.abort(reason);
  }

  /** Does not wait for a server that went away without a word. */
  async close(): Promise<void> {
    clearInterval(this.#alive);
    const late = new AbortController();
    await Promise.race([
      this.client.end(),
      delay(CLOSE_WITHIN, undefined, { signal: late.signal }),
    ]).finally(() => late.abort());
  }
}

const CLOSE_WITHIN = 2_000;

/** pg's and the socket's messages name host, user and database, and no secret. */
export const unreachable = (error: unknown): CaptureError =>
  new CaptureError(
    "ams-unreachable",
    `The ams database does not answer or refuses the login: ${error instanceof Error ? error.message || error.name : "the session ended"}. Check AMS_DATABASE_URL, the server and its pg_hba.conf; capture goes on by itself as soon as it answers.`,
    { cause: error },
  );
