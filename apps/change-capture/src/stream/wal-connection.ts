import { Socket, type SocketConstructorOpts } from "node:net";
import type { DuplexOptions } from "node:stream";
import { Client, type ClientConfig, type Connection } from "pg";
import { unreachable } from "../ams/session.js";
import { PUBLICATION } from "../decode/captured-tables.js";
import { formatLsn, type Lsn } from "../lsn.js";

/** What the server sends while it streams (PostgreSQL's documentation, "Streaming Replication Protocol"). */
export interface WalListener {
  /** One message of pgoutput, from there on; only valid until it returns. */
  message(bytes: Buffer, from: number): void;
  keepalive(lsn: Lsn, replyWanted: boolean): void;
  /** The connection broke or the server refused; also after `close`. */
  failed(error: Error): void;
}

/** Of pg and not in its types: the parameter that makes a session a walsender, and the sending of CopyData. */
type WalConfig = ClientConfig & { readonly replication: "database" };
type CopyConnection = Connection & { sendCopyFromChunk(chunk: Buffer): void };

const XLOG_DATA = "w".charCodeAt(0);
const KEEPALIVE = "k".charCodeAt(0);
/** Before the message: begin and end of the WAL, the server's clock. */
const XLOG_HEADER = 1 + 8 + 8 + 8;

/**
 * A paused socket must not read on: with Node's 64 KB it would, in as many pieces as there are messages. An option of all
 * streams that the types of this one leave out.
 */
const UNBUFFERED: SocketConstructorOpts & DuplexOptions = {
  readableHighWaterMark: 1,
};

/** A session that streams a slot: pg speaks the protocol, what it carries is taken out here. */
export class WalConnection {
  readonly #client: Client;
  readonly #connection: CopyConnection;
  #streaming = false;

  constructor(
    config: ClientConfig,
    private readonly listener: WalListener,
  ) {
    const replicating: WalConfig = {
      ...config,
      replication: "database",
      stream: () => new Socket(UNBUFFERED),
    };
    this.#client = new Client(replicating);
    this.#connection = this.#client.connection as CopyConnection;
    this.#client.on("error", (error) => listener.failed(error));
    this.#connection.on("copyData", ({ chunk }: { chunk: Buffer }) =>
      this.#received(chunk),
    );
  }

  /** Returns once the server streams what comes after `from`; throws pg's error when it refuses. */
  async start(slot: string, from: Lsn): Promise<void> {
    await this.#client.connect();
    const started = new Promise<void>((resolve) =>
      this.#connection.once("replicationStart", () => resolve()),
    );
    const ended = this.#client
      .query(
        `START_REPLICATION SLOT ${this.#client.escapeIdentifier(slot)} LOGICAL ${formatLsn(from)} (proto_version '1', publication_names '${PUBLICATION}')`,
      )
      .then(() => {
        throw unreachable(new Error("it ended the replication stream"));
      });
    await Promise.race([started, ended]);
    this.#streaming = true;
    ended.catch((error: Error) => this.listener.failed(error));
  }

  /** Tells the server that everything up to `lsn` is stored here: it may forget it. */
  status(lsn: Lsn, replyWanted: boolean): void {
    if (!this.#streaming) return;
    const message = Buffer.alloc(1 + 8 + 8 + 8 + 8 + 1);
    message.write("r", 0, "latin1");
    // Received, stored, applied: PostgreSQL forgets by the second, and shows all three.
    for (const at of [1, 9, 17]) message.writeBigUInt64BE(lsn, at);
    // Its own clock, at 25, may stay 0: only a server's monitoring shows it.
    message.writeUInt8(replyWanted ? 1 : 0, 33);
    this.#connection.sendCopyFromChunk(message);
  }

  /** Without flow nothing more is read from the socket, so that the server has to wait. */
  set flowing(flowing: boolean) {
    // Another one than at first once TLS began.
    const { stream } = this.#connection;
    if (flowing) stream.resume();
    else stream.pause();
  }

  /** pg cuts a connection that is in use: nothing waits for the server. */
  async close(): Promise<void> {
    this.#streaming = false;
    await this.#client.end();
  }

  #received(chunk: Buffer): void {
    switch (chunk[0]) {
      case XLOG_DATA:
        return this.listener.message(chunk, XLOG_HEADER);
      case KEEPALIVE:
        return this.listener.keepalive(
          chunk.readBigUInt64BE(1),
          chunk[1 + 8 + 8] === 1,
        );
    }
  }
}
