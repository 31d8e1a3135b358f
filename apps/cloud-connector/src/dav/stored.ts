/** An item's text with its version. */
export interface Stored {
  readonly text: string;
  /** ETag as the server writes it; missing where it names none. */
  readonly version?: string;
  /** Of a long item only the beginnings of its lines are kept. */
  readonly cut?: true;
}
