import { randomUUID } from "node:crypto";
import type { Canonical, Fields, StreamKind } from "@ams-sync/sync-core";
import { ConnectorError, type ConnectorErrorKind } from "../connector-error.js";
import type {
  Connector,
  Identity,
  Item,
  RemoteChange,
  Session,
  StreamPort,
} from "../port.js";
import { NAME } from "./forms.js";
import type { Guarantee, Mishaps, Stranger, Subject } from "./subject.js";
import { CaseSkipped, must, mustEqual } from "./violation.js";

export const STREAMS: readonly StreamKind[] = ["contacts", "appointments"];

export interface Listing {
  readonly changes: ReadonlyMap<string, RemoteChange>;
  readonly token: string | undefined;
  /** The token that was asked about is void: this is all there is. */
  readonly anew: boolean;
}

const KINDS: ReadonlySet<string> = new Set<ConnectorErrorKind>([
  "auth",
  "gone",
  "precondition",
  "token-expired",
  "throttled",
  "rejected",
  "transient",
]);

/** Where the cases of one subject play: a session, a container for each stream, and the stranger. */
export class Stage {
  readonly #containers = new Map<StreamKind, string>();
  readonly #ports = new Map<StreamKind, StreamPort>();
  readonly #sessions: Session[] = [];

  private constructor(
    readonly subject: Subject,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws what login or stranger do; nothing is left behind then */
  static async open(
    subject: Subject,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Stage> {
    const stage = new Stage(subject, signal);
    try {
      const session = await stage.session();
      for (const stream of stage.streams) {
        const made = await subject.stranger.container(stream, stream);
        const container = await session.container(stream, made);
        stage.#containers.set(stream, container);
        stage.#ports.set(stream, session.stream(stream, container));
      }
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.subject.mishaps?.clear();
    await Promise.all(this.#sessions.map((session) => session.close()));
    await this.subject.stranger.leave();
  }

  /** Those that the system keeps. */
  get streams(): readonly StreamKind[] {
    return STREAMS.filter((one) => this.subject.lacks[one] === undefined);
  }

  get stranger(): Stranger {
    return this.subject.stranger;
  }

  get mishaps(): Mishaps {
    if (this.subject.mishaps !== undefined) return this.subject.mishaps;
    throw new CaseSkipped("Nothing can go wrong on the way here.");
  }

  get requests(): number {
    return this.#sessions.reduce((sum, { requests }) => sum + requests, 0);
  }

  bends(guarantee: Guarantee): boolean {
    return this.subject.bends[guarantee] !== undefined;
  }

  /** The item holds these fields and no others, but for those that the system does not keep. */
  mustHold(
    stream: StreamKind,
    found: Fields,
    wanted: Fields,
    what: string,
  ): void {
    const dropped = this.subject.drops?.[stream] ?? [];
    const kept = (fields: Fields) =>
      Object.fromEntries(
        Object.entries(fields).filter(([name]) => !dropped.includes(name)),
      );
    mustEqual(kept(found), kept(wanted), what);
  }

  container(stream: StreamKind): string {
    return this.#containers.get(stream)!;
  }

  port(stream: StreamKind): StreamPort {
    return this.#ports.get(stream)!;
  }

  /** Another login, with the memory of a new run. */
  async session(
    signal: AbortSignal = this.signal,
    connector: Connector = this.subject.connector,
  ): Promise<Session> {
    const session = await connector.open(this.subject.login, {
      timeZone: this.subject.timeZone,
      signal,
      now: () => Date.now(),
    });
    this.#sessions.push(session);
    return session;
  }

  /** The same container in another session. */
  async again(
    stream: StreamKind,
    signal?: AbortSignal,
    connector?: Connector,
  ): Promise<StreamPort> {
    const session = await this.session(signal, connector);
    const container = this.container(stream);
    return session.stream(
      stream,
      session.settled(container, container)
        ? container
        : await session.container(stream, container),
    );
  }

  identity(): Identity {
    return { uid: randomUUID() };
  }

  /** All pages since the token, as a run asks for them: from the start where it is void. */
  async listed(
    port: StreamPort,
    token?: string,
    anew = false,
  ): Promise<Listing> {
    const changes = new Map<string, RemoteChange>();
    let from = token;
    for (let pages = 1; ; pages++) {
      must(pages <= 100, "A listing comes to an end");
      let page;
      try {
        page = await port.changes(from);
      } catch (error) {
        if (from === undefined || !isExpired(error)) throw error;
        return this.listed(port, undefined, true);
      }
      for (const change of page.changes)
        changes.set(this.stranger.place(change.id), change);
      from = page.token;
      if (!page.more) return { changes, token: from, anew };
    }
  }

  async item(port: StreamPort, id: string): Promise<Item | undefined> {
    return (await port.fetch([id])).get(id);
  }

  /** One that must be there and readable, in the light of its record. */
  async read(port: StreamPort, id: string, form?: Canonical): Promise<Item> {
    const item = await this.item(port, id);
    must(item !== undefined, `What lies at ${id} is found`);
    must(item.obstacle === undefined, "It is read without an obstacle");
    return form === undefined ? item : (port.readAs?.(item, form) ?? item);
  }

  /** The refusal: of one of these kinds, with a sentence for people, without secrets and without customers. */
  async refused(
    attempt: Promise<unknown>,
    kinds: readonly ConnectorErrorKind[],
    what = "the attempt",
    secrets: readonly string[] = [],
  ): Promise<ConnectorError> {
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const wanted = `${what} ends with kind ${kinds.join(" or ")}`;
    must(error !== undefined, `${wanted}, and does not go through`);
    // First of all: what is wrong with the error besides is said with its message.
    const said = named(error);
    for (const secret of [this.subject.login.password, NAME, ...secrets])
      must(
        !said.includes(secret),
        "The message of an error repeats no password and no record",
      );
    must(
      error instanceof ConnectorError,
      `Every failure is a ConnectorError, and this one is ${said}`,
    );
    must(KINDS.has(error.kind), `The kind "${error.kind}" is one of the seven`);
    must(
      kinds.includes(error.kind),
      `${wanted}, not "${error.kind}" (${error.message})`,
    );
    must(
      /^\S.{8,}[.]$/s.test(error.message),
      `"${error.message}" is a sentence that says what to do`,
    );
    return error;
  }
}

const isExpired = (error: unknown): boolean =>
  error instanceof ConnectorError && error.kind === "token-expired";

const named = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
