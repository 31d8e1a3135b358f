import { ConnectorError, type RemoteChange } from "@ams-sync/connector-kit";
import { z } from "zod";

/**
 * What stands in state as the stream's token. Besides the server's own it names up to three items that were there: one
 * of six servers answers a token that it does not know with the full list, as if all had changed. If a witness turns up
 * unchanged in such an answer, the token was not honoured.
 */
export type SyncToken =
  | { readonly sync: string; readonly witnesses: readonly Witness[] }
  /** A server without RFC 6578: the collection's ctag, which changes with any member. */
  | { readonly ctag: string };

export interface Witness {
  readonly id: string;
  readonly version: string;
}

const MOST_WITNESSES = 3;

const witness = z.object({ id: z.string(), version: z.string() });
const schema = z.union([
  z.object({ sync: z.string().min(1), witnesses: z.array(witness) }),
  z.object({ ctag: z.string().min(1) }),
]);

export const writeToken = (token: SyncToken): string => JSON.stringify(token);

/** @throws ConnectorError `token-expired` for anything that this version does not write. */
export function readToken(text: string): SyncToken {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw expired();
}

export const expired = (): ConnectorError =>
  new ConnectorError(
    "token-expired",
    "The state of the last synchronisation is void; all is compared anew.",
  );

/** Whether an answer to the token lists an item that did not change since. */
export function isDisowned(
  witnesses: readonly Witness[],
  changes: readonly RemoteChange[],
): boolean {
  return witnesses.some(({ id, version }) => {
    const change = changes.findLast((one) => one.id === id);
    return change !== undefined && !change.gone && change.version === version;
  });
}

/** Those that still stand, filled up from the items just listed. */
export function nextWitnesses(
  witnesses: readonly Witness[],
  changes: readonly RemoteChange[],
): readonly Witness[] {
  const next = witnesses.filter(
    ({ id }) => !changes.some((change) => change.id === id),
  );
  for (const { id, version, gone } of changes) {
    if (next.length >= MOST_WITNESSES) break;
    if (!gone && version !== undefined) next.push({ id, version });
  }
  return next.slice(0, MOST_WITNESSES);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
