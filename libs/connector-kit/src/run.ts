import type { AccountView } from "./account-settings.js";
import { aheadOf, readAhead } from "./ahead.js";
import { AmsAway } from "./ams-records.js";
import { ofService } from "./attempt.js";
import { callOff } from "./call-off.js";
import { Halt } from "./halt.js";
import { wasBegun } from "./candidate.js";
import { takeIn } from "./intake.js";
import { Lease } from "./lease.js";
import { faultOf } from "./log.js";
import { noUser } from "./no-user.js";
import { Remote } from "./remote.js";
import { noCounts } from "./run-context.js";
import type { RunContext, RunLimits, RunPorts } from "./run-context.js";
import { LeaseLost } from "./run-state.js";
import type {
  AccountKey,
  BeginAnswer,
  StreamResults,
  StreamState,
} from "./run-state.js";
import { parting } from "./parting.js";
import { BROKEN_OFF, reportOf, summaryOf } from "./run-report.js";
import type { RunReport } from "./run-report.js";
import { SETTINGS_APART } from "./settings-apart.js";
import { workSlices } from "./slices.js";
import { Troubles } from "./troubles.js";

/**
 * Runs one account: takes in what both sides announce, works on what is due, hands back after its time. At whatever
 * point it dies, the inbox is as it is and the next run goes on from there.
 * @param stopping ends the run in good order: writes under way are finished and remembered
 * @throws when ams, state or settings fail; the account becomes due again by itself
 */
export const runAccount = async (
  account: AccountKey,
  ports: RunPorts,
  limits: RunLimits,
  stopping: AbortSignal,
): Promise<RunReport> => {
  const { telemetry, connector, clock } = ports;
  const { system } = connector;
  const startedAt = clock.monotonic();
  const ended = (outcome: string, remoteRequests = 0) =>
    telemetry.runEnded(
      { system, outcome },
      { seconds: (clock.monotonic() - startedAt) / 1_000, remoteRequests },
    );
  return telemetry.span(
    "run",
    {
      attributes: {
        "ams_sync.system": system,
        "ams_sync.tenant_id": account.tenantId,
        "ams_sync.account_id": account.accountId,
      },
    },
    async () => {
      try {
        const report = await begin(account, ports, limits, stopping);
        ended(report.outcome, report.counts.remoteRequests);
        return report;
      } catch (error) {
        ended("failed");
        throw error;
      }
    },
  );
};

const begin = async (
  account: AccountKey,
  ports: RunPorts,
  limits: RunLimits,
  stopping: AbortSignal,
): Promise<RunReport> => {
  const { state, clock } = ports;
  const askedAt = clock.monotonic();
  const answer = await state.begin(account, aheadOf(account, ports, limits));
  if (!answer.granted) return reportOf(answer.refusal);
  const run = { account, runId: answer.runId };
  const lease = new Lease(() => ofService(() => state.renew(run)), clock);
  lease.extend(answer.leaseMs, askedAt);
  const deadline = askedAt + limits.maxSeconds * 1_000;
  const halt = new Halt(
    () => stopping.aborted || clock.monotonic() >= deadline,
  );
  const grant: Grant = { answer, run, lease, halt, counts: noCounts() };
  const over = new AbortController();
  void lease.keep(over.signal);
  try {
    return await runGranted(ports, limits, grant);
  } catch (error) {
    if (error instanceof LeaseLost) return leaseLost(ports, grant, error);
    if (error instanceof AmsAway) return amsAway(ports, grant, error);
    await breakOff(ports, grant, error);
    throw error;
  } finally {
    over.abort();
  }
};

interface Grant {
  readonly answer: Extract<BeginAnswer, { granted: true }>;
  readonly run: { readonly account: AccountKey; readonly runId: string };
  readonly lease: Lease;
  readonly halt: Halt;
  readonly counts: RunContext["counts"];
}

const runGranted = async (
  given: RunPorts,
  limits: RunLimits,
  grant: Grant,
): Promise<RunReport> => {
  const { run, lease, halt, answer, counts } = grant;
  const { ports, account } = parting(
    given,
    await given.settings.account(run.account, answer.settingsVersion),
    answer.streams,
  );
  const { tenantId } = run.account;
  const { source, sourceIdentity } = answer;
  const home = {
    tenantId,
    ...(source !== undefined && { source }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
  const credential = entersAtOnce(account, answer)
    ? ports.settings.credential(run)
    : undefined;
  // Heard at the login.
  credential?.catch(() => undefined);
  const { view, preload } = await readAhead(
    ...([ports, home, account.userId, answer.streams] as const),
  );
  const { user } = view;
  let last: readonly StreamResults[] = [];
  const troubles = new Troubles(halt, ports.log);
  if (account.version !== answer.settingsVersion) halt.stop(SETTINGS_APART);
  else if (!user) halt.stop(noUser(view));
  else {
    const remote = new Remote({
      ...ports,
      run,
      account,
      lease,
      halt,
      timeZone: user.timeZone,
      credential,
    });
    const commit: RunContext["commit"] = async (stream, results) => {
      const askedAt = ports.clock.monotonic();
      try {
        lease.extend(await ports.state.commit(run, stream, results), askedAt);
      } catch (error) {
        if (error instanceof LeaseLost) lease.lose();
        throw error;
      }
    };
    const context: RunContext = {
      ...{ ...ports, run, home, account, limits, lease, halt, troubles },
      ...{ remote, counts, commit },
      ...(preload && { preload }),
    };
    try {
      last = await runStreams(context, answer.streams);
    } finally {
      counts.remoteRequests = await remote.close();
    }
  }
  const summary = summaryOf(counts, halt.reason, troubles.ofStreams);
  const { more } = await ports.state.end(run, summary, last);
  const outcome = summary.error?.kind ?? (halt.reason ? "handed-back" : "done");
  return reportOf(outcome, more, counts, summary.error?.message);
};

/** The login is needed whatever ams has, or hardly anything that it can say spares it. */
const entersAtOnce = (
  { version, options }: AccountView,
  { settingsVersion, streams }: Grant["answer"],
): boolean =>
  version === settingsVersion &&
  streams.some(
    ({ kind, remoteDue, first }) =>
      options[kind] !== undefined &&
      (remoteDue || first?.entries.some(wasBegun) === true),
  );

/** Both halves. @returns what is still to be remembered */
const runStreams = async (
  context: RunContext,
  streams: readonly StreamState[],
): Promise<readonly StreamResults[]> => {
  const { account, troubles, halt } = context;
  const on = streams.filter(({ kind }) => account.options[kind] !== undefined);
  for (const { kind } of streams)
    if (account.options[kind] === undefined) troubles.disagree(kind);
  const ready: StreamState[] = [];
  for (const stream of on)
    ready.push(halt.stopped() ? stream : await takeIn(context, stream));
  const last = await workSlices(context, ready);
  if (account.options.leaving && !halt.stopped())
    await callOff(context, streams);
  return last;
};

/** Nothing more may be written, not even the end of the run: what was done outside is found by the next one. */
const leaseLost = (
  { log }: RunPorts,
  { run, lease }: Grant,
  error: LeaseLost,
): RunReport => {
  lease.lose();
  log.warn(
    { accountId: run.account.accountId, runId: run.runId },
    `run stopped: ${error.message}`,
  );
  return reportOf("lease-lost");
};

/** One of several ams databases: the account waits for it, growing longer, while the others' accounts go on. */
const amsAway = async (
  { state, connector: { system }, log }: RunPorts,
  { run, counts }: Grant,
  { passing, message }: AmsAway,
): Promise<RunReport> => {
  const kind = passing ? "transient" : "rejected";
  const { accountId } = run.account;
  log.warn({ accountId, system }, `run ended: ${message}`);
  const error = { type: "error", kind, message } as const;
  const reason = { ...error, health: "degraded", retryInMs: 0 } as const;
  const { more } = await state.end(run, summaryOf(counts, reason));
  return reportOf(kind, more, counts, message);
};

/** So that people see it and the account need not wait for its lease; the error itself goes on to the worker. */
const breakOff = async (
  { state, log }: RunPorts,
  { run, counts }: Grant,
  error: unknown,
): Promise<void> => {
  const told = { accountId: run.account.accountId, runId: run.runId };
  log.error({ ...told, fault: faultOf(error) }, "run broke off");
  await state.end(run, summaryOf(counts, BROKEN_OFF)).then(
    () => undefined,
    (reason: unknown) =>
      log.warn(
        { ...told, fault: faultOf(reason) },
        "state could not be told that the run broke off; the account is due again when its lease ends",
      ),
  );
};
