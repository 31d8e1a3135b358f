import type {
  AppendChangesRequest,
  AppendChangesResponse,
  ApproveAbsentRequest,
  BeginSnapshotRequest,
  FinishSnapshotRequest,
  FinishSnapshotResponse,
  OpenSourceRequest,
  Source,
  StopSourceRequest,
} from "@ams-sync/contracts";

export interface FeedCallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly deadline?: number;
}

type Call<Request, Response> = (
  request: Request,
  options?: FeedCallOptions,
) => Promise<Response>;

/** state's FeedService as capture uses it; failures are gRPC status errors (feed.proto says which). */
export interface Feed {
  openSource: Call<OpenSourceRequest, Source>;
  beginSnapshot: Call<BeginSnapshotRequest, Source>;
  appendChanges: Call<AppendChangesRequest, AppendChangesResponse>;
  finishSnapshot: Call<FinishSnapshotRequest, FinishSnapshotResponse>;
  approveAbsent: Call<ApproveAbsentRequest, FinishSnapshotResponse>;
  stopSource: Call<StopSourceRequest, Source>;
}
