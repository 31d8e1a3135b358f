import { ConnectorError } from "@ams-sync/connector-kit";
import { z } from "zod";
import { watchToken } from "../watch/watch-token.js";

/**
 * What state keeps for a stream: for each of its folders the link that goes on, absolute as Graph gave it, and which of
 * them are still to be asked in this round.
 */
const token = z
  .object({
    v: z.literal(1),
    links: z.record(z.string(), z.string()),
    open: z.array(z.string()),
    /** When the window of a calendar view began to count, epoch ms. */
    since: z.number().optional(),
    watch: watchToken.optional(),
  })
  .strict();
export type DeltaToken = z.infer<typeof token>;

/** @throws ConnectorError `token-expired` */
export function parseToken(text: string): DeltaToken {
  const checked = token.safeParse(jsonOf(text));
  if (checked.success) return checked.data;
  throw voidToken();
}

export const voidToken = (): ConnectorError =>
  new ConnectorError(
    "token-expired",
    "The remembered state of the last synchronisation cannot be used any more; all is compared anew.",
  );

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
