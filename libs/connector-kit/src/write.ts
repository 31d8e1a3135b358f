import type { Action } from "@ams-sync/sync-core";
import { attempt } from "./attempt.js";
import type { Attempt } from "./attempt.js";
import { deleted, written } from "./done.js";
import type { Done } from "./done.js";
import type { StreamPort, Written } from "./port.js";
import type { RunContext } from "./run-context.js";
import { linksOf } from "./telemetry.js";
import { formOf } from "./work.js";
import type { Work } from "./work.js";

type Write = Extract<Action, { do: "create" | "update" | "delete" }>;

/**
 * One effect outside, under a lease that outlasts it and in a span of its own.
 * @throws LeaseLost
 */
export const write = async (
  context: RunContext,
  port: StreamPort,
  work: Work,
  action: Write,
): Promise<Attempt<Done>> => {
  const { lease, connector, telemetry } = context;
  const { entry } = work;
  await lease.outlast(connector.requestTimeoutMs);
  const attempted = await attempt(lease, () =>
    telemetry.span(
      `write ${entry.kind}`,
      {
        attributes: {
          "ams_sync.action": action.do,
          "ams_sync.cell": action.cell,
          "ams_sync.record_id": entry.recordId,
        },
        links: linksOf(entry.traceParent, telemetry.currentTraceParent()),
      },
      () => send(context, port, work, action),
    ),
  );
  if (attempted.ok) noteLatency(context, work, action);
  return attempted;
};

const send = async (
  { clock, limits }: RunContext,
  port: StreamPort,
  work: Work,
  action: Write,
): Promise<Done> => {
  if (action.do === "delete") {
    const version = work.current
      ? work.current.version
      : work.link?.itemVersion;
    await port.delete(itemIdOf(work), version);
    return deleted(work, action, clock.epoch(), limits.backOffFirstMs);
  }
  const form = formOf(work, action.fields);
  const answer: Written =
    action.do === "create"
      ? await port.create(work.identity, form, LATER)
      : await port.update(currentOf(work), form, LATER);
  const waits = action.do === "update" && action.problem !== undefined;
  return {
    ...written(work, action, answer, clock.epoch()),
    ...(answer.unread &&
      !waits && { unread: { id: answer.id, canonical: form } }),
  };
};

const LATER = { readBackLater: true } as const;

const currentOf = (work: Work) => {
  if (work.current) return work.current;
  throw new Error("The planner updates an item that nobody has read.");
};

export const itemIdOf = (work: Work): string => {
  const id = work.current?.id ?? work.link?.itemId;
  if (id !== undefined) return id;
  throw new Error("The planner acts on an item that nobody knows.");
};

/** Only changes that were captured as they happened: a record of a whole intake was committed who knows when. */
const noteLatency = (
  { telemetry, connector, clock }: RunContext,
  { entry }: Work,
  action: Write,
): void => {
  const { committedAt, judgedAt, kind } = entry;
  if (committedAt === undefined || committedAt !== judgedAt) return;
  telemetry.written(
    { system: connector.system, kind, action: action.do },
    Math.max(0, clock.epoch() - committedAt) / 1_000,
  );
};
