import { SourceStatus } from "@ams-sync/contracts";
import { preflight } from "../ams/preflight.js";
import { AmsSession, clientConfig } from "../ams/session.js";
import { dropSlot, readSlot } from "../ams/slot.js";
import { FeedWriter } from "../feed/feed-writer.js";
import { problemOf } from "../problem.js";
import { pause } from "../pause.js";
import { decide } from "./decide.js";
import { explain } from "./explain.js";
import type { CaptureParts } from "./parts.js";
import { streamChanges } from "./stream-changes.js";
import { takeSnapshot } from "./take-snapshot.js";

const slotName = (source: string): string => `ams_sync_${source}`;

/** The attempt of a writer that was overtaken, or whose session broke, is repeated after this. */
const AT_ONCE = 200;

/** Being overtaken so often in a row is no accident of two replicas changing over. */
const OVERTAKEN_MOST = 10;
/** The longest wait after refusals that repeat, in times of the shortest: each attempt may read all of ams. */
const PATIENCE = 30;

/**
 * Captures one ams database for as long as the process lives. Every trouble
 * ends the attempt, is told through the status, and is tried again: the process
 * stays up, so that what is wrong can be read from its probes.
 */
export class Capture {
  readonly #warned = new Set<string>();
  /** Attempts in a row that state refused to store anything of. */
  #refusals = 0;

  constructor(private readonly parts: CaptureParts) {}

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await this.#attempt(signal).catch((error: unknown) =>
        this.#failed(error, signal),
      );
      await pause(waitMs, signal);
    }
  }

  /** Like `#lead`, gives the milliseconds until the next attempt. */
  async #attempt(signal: AbortSignal): Promise<number> {
    const { amsUrl, source, status, tuning } = this.parts;
    const session = await AmsSession.open({ url: amsUrl, source });
    try {
      const both = AbortSignal.any([signal, session.lost]);
      while (!(await session.tryLock())) {
        status.enter("standby");
        await pause(tuning.standbyMs, both);
        if (both.aborted) return AT_ONCE;
      }
      return await this.#lead(session, both);
    } catch (error) {
      // Whatever was going on failed because of it.
      if (session.lost.aborted && !signal.aborted) throw session.lost.reason;
      throw error;
    } finally {
      await session.close();
    }
  }

  async #lead(session: AmsSession, signal: AbortSignal): Promise<number> {
    const { amsUrl, source, feed, status, metrics, log, tuning } = this.parts;
    const config = clientConfig({ url: amsUrl, source });
    const slot = slotName(source);
    const found = await preflight(session.client, config);
    for (const warning of found.warnings) this.#warn(warning);
    const writer = new FeedWriter({
      feed,
      source,
      systemIdentifier: found.systemIdentifier,
      signal,
      onTrouble: (error) => status.trouble(error && problemOf(error)),
      onProgress: () => {
        this.#refusals = 0;
        status.progress();
      },
    });
    if (found.problems.length > 0) {
      status.enter("blocked", found.problems);
      if (found.problems.some(({ kind }) => kind === "publication"))
        await this.#rememberGap(session, writer);
      return tuning.retryMs;
    }

    const { batchRows } = tuning;
    const parts = { ...this.parts, config, slot, writer, signal, batchRows };
    const slotState = await readSlot(session.client, slot);
    metrics.slot(slotState);
    const next = decide(await writer.open(), slotState, slot);
    if (next.do === "wait") {
      if (next.dropSlot) await dropSlot(session.client, slot);
      status.enter("stopped", [{ kind: "stopped", sentence: next.sentence }]);
      return tuning.retryMs;
    }
    if (next.do === "snapshot") {
      const { reason, alert } = next;
      if (alert !== undefined) log.error({ reason }, alert);
      metrics.snapshot(reason);
      status.enter("snapshot");
      await takeSnapshot({ ...parts, client: session.client });
    }
    await streamChanges({ ...parts, session });
    return AT_ONCE;
  }

  /** What was not published cannot be caught up with. Remembered at once: after mending nobody could tell any more. */
  async #rememberGap(session: AmsSession, writer: FeedWriter): Promise<void> {
    const { status } = await writer.open();
    if (status !== SourceStatus.STREAMING) return;
    const { epoch } = await writer.beginSnapshot();
    await dropSlot(session.client, slotName(this.parts.source));
    this.parts.log.error(
      { epoch: String(epoch) },
      "Changes may not have been published, so all of ams is read again as soon as the publication is complete.",
    );
  }

  #failed(error: unknown, signal: AbortSignal): number {
    const { status, log, tuning } = this.parts;
    if (signal.aborted) return 0;
    const problem = explain(error);
    switch (problem.kind) {
      case "moved":
        this.#refusals += 1;
        log.warn(problem.sentence);
        if (this.#refusals <= OVERTAKEN_MOST) return AT_ONCE;
        status.refused({
          ...problem,
          sentence: `${problem.sentence} It happens again and again: look for a second service that captures under the same AMS_SOURCE, and for messages of state about this source.`,
        });
        return this.#longer(this.#refusals - OVERTAKEN_MOST);
      case "tenant-elsewhere":
        this.#refusals += 1;
        status.refused(problem);
        return this.#longer(this.#refusals);
      case "slot-in-use":
        status.enter("standby");
        log.debug(problem.sentence);
        return tuning.standbyMs;
      case "unexpected":
        log.error({ err: error }, "capture met an error that it does not know");
        break;
      default:
        log.debug({ err: error }, "capture was interrupted");
    }
    status.enter("blocked", [problem]);
    return tuning.retryMs;
  }

  #longer(times: number): number {
    const { retryMs } = this.parts.tuning;
    return retryMs * Math.min(2 ** Math.min(times - 1, 20), PATIENCE);
  }

  #warn(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.parts.log.warn(text);
  }
}
