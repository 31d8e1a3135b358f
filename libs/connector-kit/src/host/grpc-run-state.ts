import { RunServiceDefinition, systemToWire } from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";
import type { StreamKind, System } from "@ams-sync/sync-core";
import { streamKindToWire, recordKindToWire } from "@ams-sync/contracts";
import { ClientError, Status } from "nice-grpc-common";
import { ContainerTaken, LeaseLost } from "../run-state.js";
import type { Portion, RunRef, RunState } from "../run-state.js";
import {
  aheadToWire,
  beginFromWire,
  portionFromWire,
  remotePageToWire,
  runToWire,
  summaryToWire,
} from "./run-wire.js";
import { resultToWire } from "./outcome-wire.js";

/** A first intake copies a whole tenant in one statement: 100,000 records took 2 to 4 s. */
const TAKE_IN_MS = 45_000;

/** state over gRPC. `worker` names this replica, for people; `lockMs` is its queue's, default: the queue's own. */
export const grpcRunState = (
  client: GrpcClient<typeof RunServiceDefinition>,
  system: System,
  worker: string,
  lockMs?: number,
): RunState => ({
  begin: async (account, ahead) =>
    beginFromWire(
      await client.beginRun({
        account: { ...account },
        system: systemToWire(system),
        worker,
        ...(lockMs !== undefined && { jobLockMs: lockMs }),
        ...(ahead && { ahead: aheadToWire(ahead) }),
      }),
    ),
  renew: async (run) => {
    const { remainingMs } = await held(() => client.renewRun(runToWire(run)));
    return remainingMs;
  },
  bindContainer: async (run, stream, container) => {
    const { boundAt } = await held(() =>
      client.bindContainer({
        run: runToWire(run),
        stream: streamKindToWire(stream),
        container,
      }),
    );
    return boundAtOf(boundAt);
  },
  takeIn: async (run, stream, kinds) => {
    const { taken } = await held(() =>
      client.takeIn(
        {
          run: runToWire(run),
          stream: streamKindToWire(stream),
          kinds: kinds.map(recordKindToWire),
        },
        { deadline: TAKE_IN_MS },
      ),
    );
    return Number(taken);
  },
  takeInRemote: async (run, stream, changes, token, page) => {
    const { taken } = await held(() =>
      client.takeInRemote({
        run: runToWire(run),
        stream: streamKindToWire(stream),
        ...remotePageToWire(changes, token, page),
      }),
    );
    return Number(taken);
  },
  nextWork: (run, stream, limit) => nextWork(client, run, stream, limit),
  findItems: async (run, stream, keys) => {
    const { found } = await held(() =>
      client.findItems({
        run: runToWire(run),
        stream: streamKindToWire(stream),
        keys: [...keys],
      }),
    );
    return new Map(found.map(({ key, itemIds }) => [key, itemIds]));
  },
  commit: async (run, stream, results) => {
    const { lease } = await held(() =>
      client.commit({
        run: runToWire(run),
        stream: streamKindToWire(stream),
        results: results.map(resultToWire),
      }),
    );
    return lease?.remainingMs ?? 0;
  },
  end: async (run, summary, last) => {
    const { more } = await held(() =>
      client.endRun(summaryToWire(run, summary, last)),
    );
    return { more };
  },
});

const nextWork = async (
  client: GrpcClient<typeof RunServiceDefinition>,
  run: RunRef,
  stream: StreamKind,
  limit: number,
): Promise<Portion> => {
  const portion = await held(() =>
    client.nextWork({
      run: runToWire(run),
      stream: streamKindToWire(stream),
      limit,
    }),
  );
  return portionFromWire(portion);
};

/** A state that does not say it is older than this connector. */
const boundAtOf = (boundAt: Date | undefined): number => {
  if (boundAt) return boundAt.getTime();
  throw new Error(
    "state did not say since when the stream is bound; update state.",
  );
};

/**
 * Methods that may be sent again when nobody knows whether they arrived. Not `beginRun`: its repetition would find the
 * account held by the run that it has just begun.
 */
export const IDEMPOTENT_RUN_METHODS = [
  "renewRun",
  "bindContainer",
  "takeIn",
  "takeInRemote",
  "nextWork",
  "findItems",
  "commit",
  "hearOfChanges",
] as const;

/** Status codes of run.proto in the kit's words. */
const held = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    if (error.code === Status.ABORTED)
      throw new LeaseLost(error.details, { cause: error });
    if (error.code === Status.ALREADY_EXISTS)
      throw new ContainerTaken(error.details, { cause: error });
    throw error;
  }
};
