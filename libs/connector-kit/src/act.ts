import { streamOf } from "@ams-sync/sync-core";
import type { Action } from "@ams-sync/sync-core";
import { attempt } from "./attempt.js";
import type { Attempt } from "./attempt.js";
import { ConnectorError } from "./connector-error.js";
import { aside, settle, written } from "./done.js";
import type { Done } from "./done.js";
import { beforeWrite, reserved } from "./exchange.js";
import type { Effect, Hands, Planned } from "./exchange.js";
import { faultOf } from "./log.js";
import type { ReadPort, StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import { QUICK_RETRIES, REJECTED_RETRY_MS, whatNext } from "./what-next.js";
import { placeOf, planWork, see, unsee } from "./work.js";
import type { Work } from "./work.js";
import { itemIdOf, write } from "./write.js";

/**
 * Carries one record's plan out: plan, read or write, plan again where the item is not what it was thought to be.
 * Nothing comes back when the run has to stop: the entry stays as it is, no attempt is counted.
 * @throws LeaseLost
 */
export const act = (
  context: RunContext,
  port: StreamPort,
  work: Work,
  hands?: Hands,
): Promise<Done | undefined> =>
  through(context, port, work, (action) =>
    perform(context, port, work, action, hands),
  );

/**
 * The same without anything that writes: plan, read, plan again; what it comes to is shown.
 * @throws LeaseLost
 */
export const tryOut = (
  context: RunContext,
  port: ReadPort,
  work: Work,
  show: (work: Work, action: Planned) => Done,
): Promise<Done | undefined> =>
  through(context, port, work, async (action) => ({
    ok: true,
    value: action.do === "read" ? undefined : show(work, action),
  }));

const through = async (
  context: RunContext,
  port: ReadPort,
  work: Work,
  carry: (action: Action) => Promise<Attempt<Done | undefined>>,
): Promise<Done | undefined> => {
  const { clock, troubles, account } = context;
  const stream = streamOf(work.entry.kind);
  const { attempts } = work.entry;
  const tried = {
    // What failed in earlier runs has had its quick repeats; many of them would use up the run's time.
    transient: attempts > 0 ? QUICK_RETRIES : 0,
    replans: 0,
    attempts,
    backOffFirstMs: context.limits.backOffFirstMs,
  };
  let look: Look | undefined;
  // What is in ams already has to be remembered.
  while (work.taken || !troubles.stopped(stream)) {
    const action = planWork(work, account.options);
    if (action.do === "read") {
      const at = placeOf(port, work);
      if (at === undefined) {
        unsee(work, "absent");
        continue;
      }
      look ??= { at };
    }
    const step = look
      ? await read(context, port, work, look)
      : await carry(action);
    if (step.ok) {
      troubles.answered();
      look = undefined;
      if (step.value) return step.value;
      continue;
    }
    const { error } = step;
    if (action.do === "create" && !look && error.kind !== "precondition")
      work.unanswered = true;
    const next = whatNext({ kind: error.kind, ...error.detail }, tried);
    switch (next.do) {
      case "retry":
        tried.transient += 1;
        // Perhaps only the answer was lost: an update starts from what is there now.
        if (action.do === "update") look ??= { at: itemIdOf(work) };
        await clock.sleep(next.afterMs);
        break;
      case "re-read":
        tried.replans += 1;
        look ??= whereabouts(port, work, action);
        if (!look) return setAside(context, work, error, REJECTED_RETRY_MS);
        break;
      case "plan-absent":
        tried.replans += 1;
        look = undefined;
        unsee(work, "absent");
        break;
      case "park":
      case "end-run":
        troubles.report(stream, error);
        return undefined;
      case "set-aside":
        if (error.kind === "transient" || error.kind === "gone")
          troubles.unanswered(stream, error, attempts);
        return setAside(context, work, error, next.retryInMs);
      case "take-in-all":
        // No write knows tokens.
        return setAside(context, work, error, REJECTED_RETRY_MS);
    }
  }
  return undefined;
};

const setAside = (
  { log, connector }: RunContext,
  { entry }: Work,
  error: ConnectorError,
  retryInMs: number,
): Done => {
  const { kind, detail } = error;
  log.warn(
    {
      system: connector.system,
      record: `${entry.kind}/${entry.recordId}`,
      error: kind,
      status: detail.status,
      // The connector's own fault, in a call that should have told what is wrong.
      ...(detail.cause !== undefined && { fault: faultOf(detail.cause) }),
    },
    "a record was set aside",
  );
  return aside(entry, error, retryInMs);
};

interface Look {
  readonly at: string;
  /** Only our own item may be taken over at this address. */
  readonly ownOnly?: true;
}

/** Where to look after a conditional write was refused. */
const whereabouts = (
  port: ReadPort,
  work: Work,
  action: Action,
): Look | undefined => {
  if (action.do !== "create") return { at: itemIdOf(work) };
  const at = port.addressOf(work.identity);
  return at === undefined ? undefined : { at, ownOnly: true };
};

/** Nothing in the answer: look at the plan again. */
const read = async (
  context: RunContext,
  port: ReadPort,
  work: Work,
  look: Look,
): Promise<Attempt<Done | undefined>> => {
  const found = await attempt(context.lease, () => port.fetch([look.at]));
  if (!found.ok) return found;
  see(work, port, found.value.get(look.at));
  if (look.ownOnly && work.item.state === "present" && !work.item.own)
    return {
      ok: true,
      value: setAside(context, work, addressTaken(), REJECTED_RETRY_MS),
    };
  return { ok: true, value: undefined };
};

const addressTaken = () =>
  new ConnectorError(
    "precondition",
    "At the address of this record's item lies an item that ams-sync did not make. Move or delete it there.",
  );

const perform = async (
  context: RunContext,
  port: StreamPort,
  work: Work,
  action: Action,
  hands: Hands | undefined,
): Promise<Attempt<Done | undefined>> => {
  switch (action.do) {
    case "create":
    case "update":
    case "delete":
    case "take": {
      if (!hands) return carryOut(context, port, work, action);
      const next = await beforeWrite(context, port, work, action, hands);
      if (!next) return { ok: true, value: undefined };
      return "go" in next
        ? carryOut(context, port, work, next.go)
        : { ok: true, value: next.through };
    }
    case "read":
      return { ok: true, value: undefined };
    case "link":
      if (work.loose && !work.link)
        return { ok: true, value: reserved(context, work, action) };
      return settled(context, work, action);
    default:
      return settled(context, work, action);
  }
};

const settled = (
  { run, limits }: RunContext,
  work: Work,
  action: Parameters<typeof settle>[1],
): Attempt<Done> => ({
  ok: true,
  value: settle(work, action, run.account.tenantId, limits.backOffFirstMs),
});

const carryOut = async (
  context: RunContext,
  port: StreamPort,
  work: Work,
  action: Effect,
): Promise<Attempt<Done>> => {
  if (action.do !== "take") return write(context, port, work, action);
  const { itemVersion } = action;
  const as = {
    id: itemIdOf(work),
    ...(itemVersion !== undefined && { version: itemVersion }),
  };
  const now = context.clock.epoch();
  return { ok: true, value: written(work, action, as, now) };
};
