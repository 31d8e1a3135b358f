/** What the guard counts of an outcome. */
export interface Counted {
  /** It was a removal. */
  readonly destructive?: boolean;
  /** It went within what may go unasked, whatever somebody has approved of the entry. */
  readonly unasked?: boolean;
}
