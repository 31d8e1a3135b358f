import { currentTraceParent, inSpan, meter } from "@ams-sync/platform";
import { ConnectorError } from "../connector-error.js";
import type { Telemetry } from "../telemetry.js";

/** Seconds from the commit in ams to the answer of the other system. */
const WAY_SECONDS = [
  0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 900, 3_600, 21_600,
];
const RUN_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120];

/** Spans and metrics through OpenTelemetry. No label has more values than systems, streams, cells and codes. */
export const otelTelemetry = (): Telemetry => {
  const metrics = meter("ams-sync-connector");
  const runs = metrics.createCounter("ams_sync_runs", {
    description: "Runs of accounts by how they ended",
  });
  const runSeconds = metrics.createHistogram("ams_sync_run_duration_seconds", {
    description: "How long a run held its account",
    unit: "s",
    advice: { explicitBucketBoundaries: RUN_SECONDS },
  });
  const requests = metrics.createCounter("ams_sync_remote_requests", {
    description: "Requests sent to the other system",
  });
  const actions = metrics.createCounter("ams_sync_actions", {
    description: "Entries worked on by the planner's cell",
  });
  const setAside = metrics.createCounter("ams_sync_set_aside", {
    description: "Entries set aside by code",
  });
  const way = metrics.createHistogram("ams_sync_commit_to_written_seconds", {
    description: "From the commit in ams to the answer of the other system",
    unit: "s",
    advice: { explicitBucketBoundaries: WAY_SECONDS },
  });
  return {
    span: (name, { attributes, links }, work) =>
      inSpan(name, { attributes, ...(links && { links }) }, async (span) => {
        try {
          return await work();
        } catch (error) {
          if (error instanceof ConnectorError)
            span.setAttribute("ams_sync.error_kind", error.kind);
          throw error;
        }
      }),
    currentTraceParent,
    runEnded: ({ system, outcome }, { seconds, remoteRequests }) => {
      runs.add(1, { system, outcome });
      runSeconds.record(seconds, { system });
      if (remoteRequests > 0) requests.add(remoteRequests, { system });
    },
    acted: (labels) => actions.add(1, { ...labels }),
    setAside: (labels) => setAside.add(1, { ...labels }),
    written: (labels, seconds) => way.record(seconds, { ...labels }),
  };
};
