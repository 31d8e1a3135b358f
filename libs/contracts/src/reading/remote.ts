import type { TakeInRemoteRequest } from "../generated/ams_sync/state/v1/run.js";
import { containerAddress } from "./container-address.js";
import { BATCH_MAX, KEY, version } from "./limits.js";
import * as read from "./read.js";
import type { Page, RemoteChange } from "./told.js";

export const remoteChangesOf = (
  request: TakeInRemoteRequest,
): readonly RemoteChange[] => {
  read.within(request.changes.length, "changes", 0, BATCH_MAX);
  return request.changes.map(({ itemId, itemVersion, gone }, index) => ({
    itemId: read.text(itemId, `changes[${index}].item_id`),
    ...(itemVersion !== undefined && {
      itemVersion: version(itemVersion, `changes[${index}].item_version`),
    }),
    gone,
  }));
};

export const pageOf = (request: TakeInRemoteRequest): Page => ({
  ...(request.token !== "" && {
    token: read.text(request.token, "token", { most: 65_536 }),
  }),
  more: request.more,
  anew: request.anew,
  ...(request.watchedUntil && { watchedUntil: request.watchedUntil }),
});

/** Match keys are hashes; ten of them per record, and a slice of records. */
export const keysOf = (keys: readonly string[]): readonly string[] => {
  read.within(keys.length, "keys", 0, BATCH_MAX);
  return keys.map((key, index) => read.text(key, `keys[${index}]`, KEY));
};

/** A container as it is told, and what it is recognised by. */
export const containerOf = (
  value: string,
): { readonly container: string; readonly address: string } => {
  const container = read.text(value, "container");
  const address = containerAddress(container);
  if (address === undefined)
    throw read.invalid(
      "container",
      "must be a plain address, without credentials, query or fragment",
    );
  return { container, address };
};

/** Why a run ended early. */
export const failureOf = (
  kind: string,
  message: string,
): {
  readonly errorKind: string | null;
  readonly errorMessage: string | null;
} => ({
  errorKind: kind === "" ? null : read.code(kind, "error_kind"),
  errorMessage: message === "" ? null : read.text(message, "error_message"),
});
