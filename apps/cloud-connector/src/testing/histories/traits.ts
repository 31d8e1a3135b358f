/** In what servers differ. */
export interface Traits {
  /** Names the version in the answer to a write. */
  readonly namesVersions: boolean;
  /** Names the version in its lists; else each look at the list is one at every item. */
  readonly listsVersions: boolean;
  /** Has sync tokens; else it lists everything each time, and says nothing of what is gone. */
  readonly tokens: boolean;
  /** Items of one answer to a question for changes; only where there are tokens. */
  readonly page: number;
  /** What its clock is off by. */
  readonly skewHours: number;
  /** The user chose collections that were there; else ams-sync makes its own. */
  readonly existing: boolean;
}
