import { Result as WireResult, TakeInRemoteRequest } from "@ams-sync/contracts";
import * as reading from "@ams-sync/contracts/reading";
import type { StreamKind } from "@ams-sync/sync-core";
import { resultToWire } from "../host/outcome-wire.js";
import { failureToWire, remotePageToWire } from "../host/run-wire.js";
import type { RemoteChange } from "../port.js";
import type { RemotePage, Result, RunSummary } from "../run-state.js";

/**
 * The double refuses what the service refuses, as it reads the same messages by the same rules: lengths, NUL, JSON, ids and
 * codes. One refused result refuses all that are told with it.
 */
export const refuseResults = (
  kind: StreamKind,
  results: readonly Result[],
): void => {
  const wire = results.map((one) => WireResult.fromPartial(resultToWire(one)));
  reading.resultsOf({ results: wire }, kind);
};

export const refusePage = (
  changes: readonly RemoteChange[],
  token: string | undefined,
  page: RemotePage | undefined,
): void => {
  const wire = TakeInRemoteRequest.fromPartial(
    remotePageToWire(changes, token, page),
  );
  reading.remoteChangesOf(wire);
  reading.pageOf(wire);
};

export const refuseSummary = (summary: RunSummary): void => {
  const { errorKind, errorMessage } = failureToWire(summary.error);
  reading.failureOf(errorKind, errorMessage);
};

export const refuseKeys = (keys: readonly string[]): void => {
  reading.keysOf(keys);
};

export const refuseLimit = (limit: number): void => {
  reading.within(limit, "limit", 1, reading.SLICE_MAX);
};

/** @returns what it is recognised by */
export const addressOf = (container: string): string =>
  reading.containerOf(container).address;
