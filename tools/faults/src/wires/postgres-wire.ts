import { connect, type Socket } from "node:net";
import { Frames, textAt, type Frame } from "./frames.js";
import { SqlLabels } from "./sql-labels.js";
import { confirmedLsn, walLabel } from "./replication-labels.js";
import { openWire, type When, type Wire, type WireOptions } from "./wire.js";

/** PostgreSQL's protocol, statement by statement; of a replication stream each row and each confirmation. */
export const openPostgresWire = (options: WireOptions): Promise<Wire> =>
  openWire(options.name, (client) => {
    const server = connect({ ...options.to, noDelay: true });
    const line = new Line(client, server, (label, when) =>
      options.toll({ wire: options.name, label, when }),
    );
    server.once("connect", () => client.resume());
    server.on("error", () => client.destroy());
    client.once("close", () => server.destroy());
    server.once("close", () => client.destroy());
    client.on("data", (chunk) => line.fromClient(chunk));
    server.on("data", (chunk) => line.fromServer(chunk));
  });

type Pass = (label: string, when: When) => boolean;

class Line {
  readonly #clientFrames = new Frames("client");
  readonly #serverFrames = new Frames("server");
  readonly #labels = new SqlLabels();
  /** Prepared statements by name. */
  readonly #statements = new Map<string, string>();
  /** Parse, Bind … that wait for their Sync. */
  #batch: Frame[] = [];
  #batchSql = "";
  /** Labels of what the server has not answered. */
  readonly #asked: string[] = [];
  #answer: Buffer[] = [];
  #streaming = false;
  #confirmed = 0n;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly pass: Pass,
  ) {}

  fromClient(chunk: Buffer): void {
    for (const frame of this.#clientFrames.push(chunk))
      if (!this.client.destroyed) this.#sent(frame);
  }

  fromServer(chunk: Buffer): void {
    for (const frame of this.#serverFrames.push(chunk))
      if (!this.client.destroyed) this.#told(frame);
  }

  #sent(frame: Frame): void {
    const { type, bytes } = frame;
    switch (type) {
      case "Q":
        return this.#ask([frame], textAt(bytes, 5).text);
      case "P": {
        const name = textAt(bytes, 5);
        this.#batchSql = textAt(bytes, name.next).text;
        this.#statements.set(name.text, this.#batchSql);
        break;
      }
      case "B": {
        const name = textAt(bytes, textAt(bytes, 5).next).text;
        this.#batchSql = this.#statements.get(name) ?? "";
        break;
      }
      case "D":
      case "E":
      case "C":
        break;
      case "S": {
        const batch = [...this.#batch, frame];
        this.#batch = [];
        return this.#ask(batch, this.#batchSql);
      }
      case "d":
        return this.#status(frame);
      default:
        this.server.write(bytes);
        return;
    }
    this.#batch.push(frame);
  }

  #ask(frames: readonly Frame[], sql: string): void {
    const label = this.#labels.of(sql);
    if (!this.pass(label, "before")) return this.#cut();
    this.#asked.push(label);
    for (const { bytes } of frames) this.server.write(bytes);
  }

  #status({ bytes }: Frame): void {
    const lsn = confirmedLsn(bytes);
    const news = lsn !== undefined && lsn > this.#confirmed;
    if (news) this.#confirmed = lsn;
    if (news && !this.pass("confirm", "before")) return this.#cut();
    this.server.write(bytes);
    if (news && !this.pass("confirm", "after")) this.#cut();
  }

  #told({ type, bytes }: Frame): void {
    if (this.#streaming || this.#asked.length === 0) {
      const label = this.#streaming ? walLabel(bytes) : undefined;
      if (label !== undefined && !this.pass(label, "before"))
        return this.#cut();
      this.client.write(bytes);
      return;
    }
    this.#answer.push(bytes);
    // ReadyForQuery, or CopyBothResponse: a stream has begun.
    this.#streaming = type === "W";
    if (type !== "Z" && !this.#streaming) return;
    const label = this.#asked.shift() ?? "";
    if (!this.pass(label, "after")) return this.#cut();
    for (const part of this.#answer) this.client.write(part);
    this.#answer = [];
  }

  #cut(): void {
    this.client.destroy();
    this.server.destroy();
  }
}
