import type { StreamKind } from "@ams-sync/sync-core";
import type { RunPorts } from "./run-context.js";

/** Whether changes there come into ams: the system lets them, and there is a way in. */
export const takesIn = (
  { connector, writes }: Pick<RunPorts, "connector" | "writes">,
  stream: StreamKind,
): boolean =>
  writes !== undefined && connector.inward?.includes(stream) === true;
