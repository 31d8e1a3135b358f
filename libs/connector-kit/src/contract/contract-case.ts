import type { StreamKind } from "@ams-sync/sync-core";
import { type Stage, STREAMS } from "./stage.js";
import type { Capability } from "./subject.js";

export interface ContractCase {
  /** Unique, for people and for tables. */
  readonly name: string;
  /** The promise, in one sentence. */
  readonly asserts: string;
  readonly needs: readonly Capability[];
  /** @throws ContractViolation where the promise is not kept; anything else is a failure too */
  run(stage: Stage): Promise<void>;
}

/** The same case for each stream: servers do differ between cards and events. */
export const forBoth = (
  name: string,
  asserts: string,
  run: (stage: Stage, stream: StreamKind) => Promise<void>,
  needs: readonly Capability[] = [],
): readonly ContractCase[] =>
  STREAMS.map((stream) => ({
    name: `${stream}: ${name}`,
    asserts,
    needs: [stream, ...needs],
    run: (stage) => run(stage, stream),
  }));
