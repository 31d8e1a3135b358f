import { setTimeout as delay } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { CaptureError } from "../problem.js";

export interface AmsConnection {
  readonly url: string;
  /** Name of the source; sessions are seen under it in pg_stat_activity. */
  readonly source: string;
}

export function clientConfig({ url, source }: AmsConnection): ClientConfig {
  return {
    connectionString: url,
    application_name: `change-capture ${source}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 20_000,
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

  private constructor(
    readonly client: Client,
    private readonly source: string,
  ) {
    client.on("error", (error) => this.#lost.abort(unreachable(error)));
    client.on("end", () => this.#lost.abort(unreachable(undefined)));
  }

  static async open(connection: AmsConnection): Promise<AmsSession> {
    const client = new Client(clientConfig(connection));
    const session = new AmsSession(client, connection.source);
    try {
      await client.connect();
      // A replica whose machine dies must not keep the lock for the two hours of TCP's defaults; and nobody's
      // time limit for idle sessions may take it away.
      await client.query(
        "set tcp_keepalives_idle = 20; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set idle_session_timeout = 0; set statement_timeout = 0",
      );
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

  /** Does not wait for a server that went away without a word. */
  async close(): Promise<void> {
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
