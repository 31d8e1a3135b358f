import {
  LoginFailure_Kind as Kind,
  streamKindFromWire,
  type ConnectorServiceClient,
} from "@ams-sync/contracts";
import type { StreamKind, System } from "@ams-sync/sync-core";
import { ClientError, Status } from "nice-grpc-common";
import type { Person } from "@ams-sync/platform/sign-in";
import { connectorAway, loginRefused } from "./failure.js";
import type { LoginTries } from "./tries.js";

export interface Login {
  readonly system: System;
  readonly serverUrl: string;
  readonly username: string;
  readonly password: string;
}

export interface Place {
  readonly address: string;
  readonly name: string;
  readonly own: boolean;
  readonly writable: boolean;
}
/** The kinds that the server has, with the places for them. */
export type Offers = Readonly<Partial<Record<StreamKind, readonly Place[]>>>;

/** Whoever guesses passwords, or an app's secret, is told this. */
const GUESSES: ReadonlySet<Kind> = new Set([Kind.WRONG_LOGIN, Kind.WRONG_APP]);

/** Somewhat more than the connector takes. */
export const CHECK_DEADLINE_MS = 30_000;

export type Connectors = ReadonlyMap<
  System,
  Pick<ConnectorServiceClient, "checkLogin">
>;

/** R39: a login is tried where it will be used, and never stored before. */
export class LoginCheck {
  constructor(
    private readonly connectors: Connectors,
    private readonly tries: LoginTries,
  ) {}

  /** Whether there is a connector for it. */
  knows(system: System): boolean {
    return this.connectors.has(system);
  }

  /** @throws Problem `login-refused`, `too-many-tries`, `connector-away` */
  async offers(login: Login, by: Person): Promise<Offers> {
    const connector = this.connectors.get(login.system);
    if (connector === undefined) throw connectorAway();
    const { serverUrl, username, password } = login;
    const tries = { ...by, serverUrl, username };
    await this.tries.count(tries);
    const answer = await connector
      .checkLogin({ serverUrl, username, password })
      .catch(async (error: unknown) => {
        if (!(error instanceof ClientError)) throw error;
        // In time that ran out the password may have been tried.
        if (error.code !== Status.DEADLINE_EXCEEDED)
          await this.tries.undecided(tries);
        throw connectorAway(error);
      });
    const { failure } = answer;
    if (failure) {
      if (!GUESSES.has(failure.kind)) await this.tries.undecided(tries);
      throw loginRefused(failure);
    }
    await this.tries.succeeded(tries);
    const offers: Partial<Record<StreamKind, readonly Place[]>> = {};
    for (const { stream, containers } of answer.offers) {
      const kind = streamKindFromWire(stream);
      if (kind) offers[kind] = containers;
    }
    return offers;
  }
}
