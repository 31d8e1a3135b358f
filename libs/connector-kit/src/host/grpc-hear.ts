import { RunServiceDefinition, streamKindToWire } from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";
import type { ListenerParts } from "../connector-app.js";

/** Whoever told waits for the answer, and tells again where none came. */
const WITHIN_MS = 2_000;

/** state over gRPC: it remembers, and wakes. */
export const grpcHear =
  (client: GrpcClient<typeof RunServiceDefinition>): ListenerParts["hear"] =>
  async ({ account, stream, unwatched }) => {
    await client.hearOfChanges(
      { account: { ...account }, stream: streamKindToWire(stream), unwatched },
      { deadline: WITHIN_MS },
    );
  };
