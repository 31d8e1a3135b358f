import type { StreamKind, TimeZone } from "@ams-sync/sync-core";
import type { AccountSettings, AccountView } from "./account-settings.js";
import { attempt, ofService } from "./attempt.js";
import type { Clock } from "./clock.js";
import { ConnectorError } from "./connector-error.js";
import type { Halt } from "./halt.js";
import type { Lease } from "./lease.js";
import { recordOfUid } from "./identity.js";
import { faultOf } from "./log.js";
import type { Log } from "./log.js";
import type { Connector, Session, StreamPort } from "./port.js";
import { ContainerTaken } from "./run-state.js";
import type { RunRef, RunState, StreamState } from "./run-state.js";
import { SETTINGS_APART } from "./settings-apart.js";

interface Deps {
  readonly connector: Connector;
  readonly settings: AccountSettings;
  readonly state: RunState;
  readonly clock: Clock;
  readonly run: RunRef;
  readonly account: AccountView;
  readonly lease: Lease;
  readonly halt: Halt;
  readonly log: Log;
  readonly timeZone: TimeZone;
  /** Asked for already. */
  readonly credential?: ReturnType<AccountSettings["credential"]> | undefined;
}

/**
 * The other system, entered at the first need: a run that finds nothing in its scope sends no request. The password
 * lives as long as the session does and nowhere else.
 */
export class Remote {
  #session: Promise<Session> | undefined;
  readonly #ports = new Map<StreamKind, Promise<StreamPort>>();
  readonly #moved = new Set<StreamKind>();
  readonly #boundAt = new Map<StreamKind, number>();
  /** Streams whose containers this run has looked for, or is to look for. */
  readonly #looked = new Set<StreamKind>();

  /** Good for one login. */
  #credential: Deps["credential"];

  constructor(private readonly deps: Deps) {
    this.#credential = deps.credential;
  }

  /** Throws what `Connector.open`, `Session.container` and state's `bindContainer` throw. A failure is not kept. */
  port(stream: StreamState): Promise<StreamPort> {
    const known = this.#ports.get(stream.kind);
    if (known) return known;
    const opened = this.#openStream(stream);
    this.#ports.set(stream.kind, opened);
    opened.catch(() => this.#ports.delete(stream.kind));
    return opened;
  }

  /** The same, but only where nothing has to be looked for or bound. */
  async portAsBound(stream: StreamState): Promise<StreamPort | undefined> {
    const settled = this.#isSettled(await this.#open(), stream);
    return settled ? this.port(stream) : undefined;
  }

  /** Logs in, and no more: nothing is bound or made, so that whoever gives up waiting leaves nothing under way. */
  async enter(): Promise<void> {
    await this.#open();
  }

  /** The other system tells of the stream's changes no more. */
  async callOff({ kind, remoteToken }: StreamState): Promise<void> {
    const session = await this.#open();
    await session.callOff?.(kind, remoteToken);
  }

  /** Whether the run bound the stream to another container than the one that it began with. */
  moved(stream: StreamKind): boolean {
    return this.#moved.has(stream);
  }

  /** Since when the stream uses its container, epoch ms, where this run bound it. */
  boundAt(stream: StreamKind): number | undefined {
    return this.#boundAt.get(stream);
  }

  /**
   * What the container answered says that it may not be what it was: the next `port` looks for it.
   * @returns false where this run has looked already
   */
  doubt(stream: StreamKind): boolean {
    if (this.#looked.has(stream)) return false;
    this.#looked.add(stream);
    this.#ports.delete(stream);
    return true;
  }

  /**
   * Ends the session, if there was one, once nothing of it is under way: the account is free after the run. Answers with
   * the number of requests that it sent. What made the run end is told by who met it, not by a login beside it.
   */
  async close(): Promise<number> {
    await Promise.allSettled(this.#ports.values());
    const session = await this.#session?.catch(() => undefined);
    if (!session) return 0;
    const closed = await attempt(this.deps.lease, () => session.close());
    if (!closed.ok)
      this.deps.log.warn(
        { fault: faultOf(closed.error) },
        "the connector could not close its session",
      );
    return session.requests;
  }

  async #openStream(stream: StreamState): Promise<StreamPort> {
    const session = await this.#open();
    const { kind, unwatched } = stream;
    const container = await this.#container(session, stream);
    return session.stream(kind, container, {
      ...(unwatched && { unwatched }),
    });
  }

  /**
   * A bound collection is not looked for where a single change should not wait for it, nor where its token is to be
   * asked of it: that one question shows whether it is there.
   */
  async #container(session: Session, stream: StreamState): Promise<string> {
    const { account, state, run } = this.deps;
    const { kind, container: bound } = stream;
    if (bound !== undefined && this.#isSettled(session, stream)) return bound;
    if (bound !== undefined && account.options.leaving)
      return this.#whereItWas(session, kind, bound);
    const chosen = account.containers[kind];
    const found = await session.container(kind, chosen, bound);
    this.#looked.add(kind);
    if (found !== bound) {
      const boundAt = await ofService(() => bind(state, run, kind, found));
      this.#boundAt.set(kind, boundAt);
      this.#moved.add(kind);
    }
    return found;
  }

  /** Looked for only to be led to its origin: where it is gone, so is what was in it, and none is made in its place. */
  async #whereItWas(
    session: Session,
    kind: StreamKind,
    bound: string,
  ): Promise<string> {
    if (session.settled(bound, bound)) return bound;
    try {
      await session.container(kind, bound);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== "rejected")
        throw error;
    }
    return bound;
  }

  /** That it failed is no reason not to go on: what is stored is good for a while, and it is renewed again. */
  #renewing(first: string): (password: string) => Promise<void> {
    const { settings, run, log } = this.deps;
    let revision: string | undefined = first;
    return async (password) => {
      if (revision === undefined) return;
      try {
        revision = await settings.renew?.(run, revision, password);
      } catch (error) {
        log.warn(
          { fault: faultOf(error) },
          "a renewed login could not be stored; the former one stays",
        );
      }
    };
  }

  #isSettled(session: Session, stream: StreamState): boolean {
    const { kind, container: bound } = stream;
    return (
      bound !== undefined &&
      !this.#looked.has(kind) &&
      !stream.full &&
      (!stream.remoteDue || stream.remoteToken !== undefined) &&
      session.settled(bound, this.deps.account.containers[kind])
    );
  }

  #open(): Promise<Session> {
    if (!this.#session) {
      const opening = this.#login();
      this.#session = opening;
      opening.catch(() => {
        this.#session = undefined;
      });
    }
    return this.#session;
  }

  async #login(): Promise<Session> {
    const { connector, settings, run, account, lease, clock, halt } = this.deps;
    const asked = this.#credential;
    this.#credential = undefined;
    const { version, revision, ...credential } = await ofService(
      () => asked ?? settings.credential(run),
    );
    // Saved between the two questions: the login of the new server must not go to the old one.
    if (version !== account.version) {
      halt.stop(SETTINGS_APART);
      throw new ConnectorError("transient", SETTINGS_APART.message);
    }
    return connector.open(
      { serverUrl: account.serverUrl, ...credential },
      {
        account: run.account,
        ...(revision !== undefined && { renewed: this.#renewing(revision) }),
        timeZone: this.deps.timeZone,
        signal: lease.signal,
        now: clock.epoch,
        isOurs: (uid) => recordOfUid(run.account.tenantId, uid) !== undefined,
        kindOf: (uid) => recordOfUid(run.account.tenantId, uid)?.kind,
      },
    );
  }
}

const bind = async (
  state: RunState,
  run: RunRef,
  kind: StreamKind,
  container: string,
): Promise<number> => {
  try {
    return await state.bindContainer(run, kind, container);
  } catch (error) {
    if (!(error instanceof ContainerTaken)) throw error;
    throw new ConnectorError(
      "rejected",
      "Another account of ams-sync already uses this collection. Choose another one for this account.",
      { cause: error },
    );
  }
};
