import type { Account, Stream } from "../api/types.js";

/** What every system's dialog is opened with. */
export interface DialogProps {
  readonly userId: string;
  /** Undefined: a new one is set up. */
  readonly account: Account | undefined;
  readonly wanted: Stream;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}
