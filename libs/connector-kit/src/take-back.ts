import { fieldsOfType, formProblem, pickFields } from "@ams-sync/sync-core";
import type { Canonical, Fields, TakeBack } from "@ams-sync/sync-core";
import { settle } from "./done.js";
import type { Done } from "./done.js";
import { intoAms } from "./into-ams.js";
import type { StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { Work } from "./work.js";

/**
 * The value that a conflict's loser had goes into ams, and from there like any change of ams to the item. Only where
 * both sides still agree on the winner's: whatever was changed since is newer than the wish. A run that dies after the
 * write finds another value in ams and has nothing left to do but to send it.
 * @returns why the entry waits, where it does
 * @throws LeaseLost, ServiceFailed, AmsAway
 */
export const takeBack = async (
  context: RunContext,
  port: StreamPort,
  work: Work,
): Promise<Done | undefined> => {
  for (;;) {
    const wanted = wantedOf(work);
    if (wanted.length === 0 || work.record.state !== "in") return undefined;
    const { type } = work;
    const values = Object.fromEntries(
      wanted.map(({ field, lost }) => [field, lost]),
    );
    const fields: Fields = pickFields(
      { ...work.record.fields, ...values } as Fields,
      fieldsOfType(type),
    );
    const problem = formProblem({ type, fields } as Canonical);
    if (problem)
      return settle(
        work,
        { do: "set-aside", cell: "not-importable", problem },
        context.run.account.tenantId,
      );
    const received = wanted.map(({ field }) => field);
    const taken = await intoAms(context, port, work, { fields, received });
    // "again": the record is not as it was read, so it is asked anew whether the wish stands.
    if (taken !== "again") return taken === "taken" ? undefined : taken;
  }
};

const wantedOf = ({
  entry,
  record,
  link,
  inward,
  type,
}: Work): readonly TakeBack[] => {
  if (!inward || !link || link.lost || record.state !== "in") return [];
  const held: readonly string[] = fieldsOfType(type);
  return (entry.takeBack ?? []).filter(
    ({ field, kept }) =>
      held.includes(field) &&
      record.fields[field] === kept &&
      link.base[field] === kept,
  );
};
