import { Status } from "nice-grpc-common";
import { CaptureError } from "../problem.js";

/**
 * What a failed call of the feed means to its writer; `opening` says whether it
 * was OpenSource. Anything that is no gRPC status stays what it is.
 */
export function feedFailure(error: unknown, opening = false): unknown {
  const code = statusOf(error);
  if (code === undefined || !(error instanceof Error)) return error;
  const options = { cause: error };
  switch (code) {
    case Status.FAILED_PRECONDITION:
      // Of other calls: the source is not in the status that its writer knows.
      if (!opening) return moved(error, options);
      return new CaptureError(
        "other-database",
        `state refuses this ams database: ${detailsOf(error)} Either AMS_DATABASE_URL points to the wrong database; or this one is a new one: then give it a source name of its own in AMS_SOURCE.`,
        options,
      );
    case Status.ABORTED:
      return moved(error, options);
    case Status.ALREADY_EXISTS:
      return new CaptureError(
        "tenant-elsewhere",
        `state stores nothing more of this ams database: ${detailsOf(error)} Then drop the slot, so that all the others are read again: SELECT pg_drop_replication_slot('ams_sync_…'); it carries the name of AMS_SOURCE.`,
        options,
      );
    case Status.UNAUTHENTICATED:
    case Status.PERMISSION_DENIED:
      return new CaptureError(
        "state-refused",
        `state does not accept this service: ${detailsOf(error)} Check SERVICE_KEY_FILE here and SERVICE_KEYS_FILE at state.`,
        options,
      );
    case Status.INVALID_ARGUMENT:
    case Status.NOT_FOUND:
    case Status.UNIMPLEMENTED:
    case Status.OUT_OF_RANGE:
      return new CaptureError(
        "state-refused",
        `state refuses what capture sent: ${detailsOf(error)} Check that both services are of the same version.`,
        options,
      );
    default:
      return new CaptureError(
        "state-unreachable",
        `state does not answer (${Status[code] ?? code}). Nothing is lost: ams keeps the changes until state stores them. Check STATE_ADDRESS and the state service.`,
        options,
      );
  }
}

const moved = (error: Error, options: ErrorOptions): CaptureError =>
  new CaptureError(
    "moved",
    `Another writer moved the source in state; capture goes on from what is stored there. state says: ${detailsOf(error)}`,
    options,
  );

function statusOf(error: unknown): Status | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  // pg and node use text codes; only gRPC's are numbers.
  return typeof error.code === "number" ? error.code : undefined;
}

/** The server's own sentence; nice-grpc's message puts path and status before it. */
const detailsOf = (error: Error): string =>
  "details" in error && typeof error.details === "string"
    ? error.details
    : error.message;
