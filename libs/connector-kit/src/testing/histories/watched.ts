import type { StreamKind } from "@ams-sync/sync-core";
import type { MemoryAms, MemoryStream } from "../../memory/index.js";
import type { HistoryPlace } from "./system.js";

/** What those who watch see of a world. */
export interface Watched {
  readonly key: { readonly tenantId: string };
  readonly ams: MemoryAms;
  readonly place: HistoryPlace;
  /** Items that another program put there. */
  readonly foreign: ReadonlySet<string>;
  stream(kind: StreamKind): MemoryStream;
}
