import { SYSTEMS, type System } from "@ams-sync/sync-core";
import type { GrpcContext } from "@ams-sync/platform";
import { ServerError, Status } from "nice-grpc-common";

const connectorOf = (system: System): string => `${system}-connector`;

/** Names of the services that run accounts. */
export const CONNECTORS: readonly string[] = SYSTEMS.map(connectorOf);

/** The system whose accounts the caller runs: its own only. */
export const systemOfCaller = ({
  caller,
}: Pick<GrpcContext, "caller">): System => {
  const system = SYSTEMS.find((one) => connectorOf(one) === caller);
  if (system === undefined)
    throw new ServerError(
      Status.PERMISSION_DENIED,
      `${caller} is no connector.`,
    );
  return system;
};
