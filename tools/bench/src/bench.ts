import type { Result } from "./result.js";

/** What a benchmark works with. */
export interface BenchContext {
  /** An empty folder for everything it keeps; removed afterwards. */
  readonly data: string;
  /** How many times ours and the yardstick are measured, in turn. */
  readonly pairs: number;
  /** People read along; never part of the JSON. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Undone in reverse order at the end, also after a failure. */
  readonly undo: (step: () => Promise<unknown>) => void;
}

export interface Bench {
  readonly name: string;
  /** One line for the list. */
  readonly title: string;
  /** Programs beyond Node that it measures against, by the Debian package that brings them. */
  readonly needs: readonly {
    readonly program: string;
    readonly debianPackage: string;
  }[];
  run(context: BenchContext): Promise<readonly Result[]>;
}
