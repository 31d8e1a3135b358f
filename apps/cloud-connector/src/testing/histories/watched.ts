import type { RecordRef } from "@ams-sync/connector-kit";
import type {
  MemoryAms,
  MemoryClock,
  MemoryStream,
} from "@ams-sync/connector-kit/memory";
import type { AmsRecord, StreamKind } from "@ams-sync/sync-core";
import type { Party } from "./party.js";

/** What is looked at. */
export interface Watched {
  readonly ams: Pick<MemoryAms, "records"> & {
    recordOf(ref: RecordRef): AmsRecord | undefined;
  };
  readonly clock: Pick<MemoryClock, "epoch">;
  readonly parties: readonly Party[];
  stream(party: Party, kind: StreamKind): MemoryStream;
}
