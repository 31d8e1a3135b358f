import { persist } from "./attempt.js";
import { ConnectorError } from "./connector-error.js";
import { aside } from "./done.js";
import type { Done } from "./done.js";
import { usableVersion } from "./item-version.js";
import { withUnkept } from "./link.js";
import type { ReadBack, StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import { REJECTED_RETRY_MS } from "./what-next.js";
import type { Work } from "./work.js";

/** A write whose version the system did not say. */
export interface Late {
  readonly work: Work;
  readonly through: Done;
}

/**
 * Asks for all at once which versions the writes left behind. Where that cannot be told, the write is remembered without
 * one, and its item is read the next time. What is not kept is noted (ADR 0019).
 * @throws LeaseLost
 */
export const readBack = async (
  { lease, clock, log, connector }: RunContext,
  port: StreamPort,
  late: readonly Late[],
): Promise<readonly Late[]> => {
  const writes = late.flatMap(({ through: { unread } }) => unread ?? []);
  if (writes.length === 0 || !port.readBack) return late;
  const found = await persist(
    lease,
    clock,
    async () => (await port.readBack?.(writes)) ?? new Map<string, never>(),
  );
  if (!found.ok) return late;
  return late.map(({ work, through }) => {
    const { unread } = through;
    const seen = unread && found.value.get(unread.id);
    if (!seen) return { work, through };
    if (seen.there) return { work, through: asRead(through, seen) };
    const { entry } = work;
    log.warn(
      {
        system: connector.system,
        record: `${entry.kind}/${entry.recordId}`,
      },
      "an item is not there after it was written",
    );
    return { work, through: aside(entry, notStored(), REJECTED_RETRY_MS) };
  });
};

const asRead = (
  through: Done,
  { version, unkept = [] }: Extract<ReadBack, { there: true }>,
): Done => {
  const { outcome } = through.result;
  if (outcome.type !== "linked") return through;
  const itemVersion = usableVersion(version);
  const link = {
    ...withUnkept(outcome.link, unkept),
    ...(itemVersion !== undefined && { itemVersion }),
  };
  return {
    ...through,
    result: { ...through.result, outcome: { ...outcome, link } },
  };
};

const notStored = () =>
  new ConnectorError(
    "rejected",
    "The server says that it stored the item, and it is not there; ask the provider of the server.",
  );
