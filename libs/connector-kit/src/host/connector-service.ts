import {
  ConnectorServiceDefinition,
  LoginFailure_Kind as Kind,
  streamKindToWire,
  type CheckLoginResponse,
} from "@ams-sync/contracts";
import type { ServiceBinding } from "@ams-sync/platform";
import type { TimeZone } from "@ams-sync/sync-core";
import { ServerError, Status } from "nice-grpc-common";
import { systemClock } from "../clock.js";
import { ConnectorError, type RefusedPart } from "../connector-error.js";
import type { Connector } from "../port.js";

/** A person waits; settings gives up a little later. */
const CHECK_WITHIN = 25_000;

/** What settings asks while a person waits. */
export const connectorBinding = (
  connector: Connector,
): ServiceBinding<typeof ConnectorServiceDefinition> => ({
  definition: ConnectorServiceDefinition,
  implementation: {
    checkLogin: async (login, { signal }) =>
      checkLogin(connector, login, signal),
  },
  callers: { checkLogin: ["settings"] },
});

async function checkLogin(
  connector: Connector,
  login: { serverUrl: string; username: string; password: string },
  caller: AbortSignal,
): Promise<CheckLoginResponse> {
  if (connector.tryLogin === undefined)
    throw new ServerError(
      Status.UNIMPLEMENTED,
      "Logins of this system cannot be tried.",
    );
  try {
    const offers = await connector.tryLogin(login, {
      // Nothing is read that has a time.
      timeZone: "Europe/Berlin" as TimeZone,
      signal: AbortSignal.any([caller, AbortSignal.timeout(CHECK_WITHIN)]),
      now: systemClock.epoch,
    });
    return {
      failure: undefined,
      offers: offers.map(({ stream, containers }) => ({
        stream: streamKindToWire(stream),
        containers: containers.map((container) => ({ ...container })),
      })),
    };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return {
      failure: {
        kind: kindOf(error),
        message: error.message,
        address: error.detail.enter ?? "",
      },
      offers: [],
    };
  }
}

/** What a person can do something about. */
function kindOf({ kind, detail }: ConnectorError): Kind {
  if (detail.away === "refused") return Kind.ADDRESS_REFUSED;
  if (detail.enter !== undefined) return Kind.OTHER_ADDRESS;
  if (detail.away === "certificate") return Kind.CERTIFICATE;
  switch (kind) {
    case "auth":
      return detail.refused ? REFUSED[detail.refused] : Kind.WRONG_LOGIN;
    case "throttled":
      return Kind.SERVER_BUSY;
    case "transient":
      return Kind.UNREACHABLE;
    default:
      return Kind.NOT_DAV;
  }
}

const REFUSED: Readonly<Record<RefusedPart, Kind>> = {
  app: Kind.WRONG_APP,
  directory: Kind.WRONG_DIRECTORY,
  consent: Kind.NO_CONSENT,
  mailbox: Kind.NO_MAILBOX,
};
