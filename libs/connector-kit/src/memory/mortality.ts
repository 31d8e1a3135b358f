import type { AccountSettings } from "../account-settings.js";
import type { AmsRecords } from "../ams-records.js";
import type { AmsWrites } from "../ams-writes.js";
import type { Connector, Session, StreamPort } from "../port.js";
import type { RunState } from "../run-state.js";

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/**
 * The process that a run lives in. It dies at one call, just before the call leaves or just after it was carried out;
 * from then on nothing that it does has any effect and nothing ever answers it.
 */
export class Mortality {
  calls = 0;
  /** Resolves with the death. */
  readonly death: Promise<void>;
  #die: () => void = () => undefined;
  #dead = false;

  constructor(
    private readonly at: number = Infinity,
    private readonly when: "before" | "after" = "before",
  ) {
    this.death = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  async pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.#dead) return never();
    this.calls += 1;
    const last = this.calls === this.at;
    if (last && this.when === "before") return this.#end();
    try {
      return await call();
    } finally {
      if (last) await this.#end();
      if (this.#dead) await never();
    }
  }

  #end<T>(): Promise<T> {
    this.#dead = true;
    this.#die();
    return never();
  }

  state(state: RunState): RunState {
    return this.#all(state, [
      "begin",
      "renew",
      "bindContainer",
      "takeIn",
      "takeInRemote",
      "nextWork",
      "findItems",
      "commit",
      "end",
    ]);
  }

  settings(settings: AccountSettings): AccountSettings {
    return this.#all(settings, ["account", "credential"]);
  }

  records(records: AmsRecords): AmsRecords {
    return this.#all(records, ["load"]);
  }

  writes(writes: AmsWrites): AmsWrites {
    return this.#all(writes, [
      "change",
      "changeTogether",
      "match",
      "customersOf",
      "madeOf",
      "create",
    ]);
  }

  connector(connector: Connector): Connector {
    return {
      system: connector.system,
      requestTimeoutMs: connector.requestTimeoutMs,
      ...(connector.inward && { inward: connector.inward }),
      ...(connector.appointmentsNameCustomers && {
        appointmentsNameCustomers: true as const,
      }),
      open: (login, context) =>
        this.pass(async () =>
          this.#session(await connector.open(login, context)),
        ),
    };
  }

  #session(session: Session): Session {
    const mortal = this.#all(session, ["container", "close"]);
    return {
      container: mortal.container,
      close: mortal.close,
      settled: (bound, chosen) => session.settled(bound, chosen),
      stream: (stream, container, told) =>
        this.#port(session.stream(stream, container, told)),
      ...(session.callOff && {
        callOff: (stream, token) =>
          this.pass(async () => session.callOff?.(stream, token)),
      }),
      get requests() {
        return session.requests;
      },
    };
  }

  #port(port: StreamPort): StreamPort {
    const mortal = this.#all(port, [
      "changes",
      "fetch",
      "create",
      "update",
      "delete",
      "readBack",
    ]);
    return {
      ...mortal,
      get concurrency() {
        return port.concurrency;
      },
      addressOf: (identity) => port.addressOf(identity),
      ...(port.own !== undefined && { own: port.own }),
      ...(port.userAddresses && { userAddresses: port.userAddresses }),
      holds: (id) => port.holds?.(id) ?? true,
      ...(port.timeZone !== undefined && { timeZone: port.timeZone }),
      readAs: (item, believed, zone) =>
        port.readAs?.(item, believed, zone) ?? item,
      normalize: (form) => port.normalize(form),
    };
  }

  /** A copy of `target` whose named methods are calls that the process may die at. */
  #all<T extends object>(target: T, names: readonly (keyof T)[]): T {
    const copy = Object.create(target) as T;
    for (const name of names) {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>;
      copy[name] = ((...args: unknown[]) =>
        this.pass(() => method.apply(target, args))) as T[typeof name];
    }
    return copy;
  }
}
