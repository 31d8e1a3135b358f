import type { StreamKind } from "@ams-sync/sync-core";
import type { Granted } from "./lease.repository.js";
import type { Portion } from "./slices.js";

export type Begun =
  | { readonly granted: false; readonly refusal: "busy" | "unknown" | "parked" }
  | ({
      readonly granted: true;
      readonly streams: readonly BegunStream[];
      readonly settingsVersion: bigint;
    } & Granted);

export interface BegunStream {
  readonly kind: StreamKind;
  /** Null until bound, and where a stream that was off has given it up: then it is looked for and claimed anew. */
  readonly container: string | null;
  readonly remoteToken: string | null;
  readonly remoteDue: boolean;
  readonly full: boolean;
  /** The other side has not been listed whole yet. */
  readonly listing: boolean;
  /** Null until bound. */
  readonly boundAt: Date | null;
  /** A count of 64 bits. */
  readonly unlinked: string;
  /** The other system tells of changes by itself. */
  readonly watched: boolean;
  /** It said that it stops doing so. */
  readonly unwatched: boolean;
  /** TakeIn is done. */
  readonly takenIn?: true;
  /** NextWork is done. */
  readonly first?: Portion;
}
