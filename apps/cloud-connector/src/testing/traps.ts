/** What the servers of this world do. Each default is the well-behaved way. */
export interface Traps {
  /** ETag in the answer to a PUT. */
  putEtag: "strong" | "weak" | "none";
  /** ETag of the getetag property and of GET. */
  etags: "strong" | "weak" | "none" | "numeric";
  ignoresIfNoneMatch: boolean;
  deletesStale: boolean;
  /** A PUT "succeeds" with 207 and stores nothing. */
  putFailsInside: boolean;
  /** Says 201 and stores nothing. */
  forgets: boolean;
  /** Breaks the connection at every first sending of a request, before or after carrying it out. */
  drops: "never" | "before" | "after";
  absentInMultiget: "row" | "omitted" | "whole-report";
  hrefs: "plain" | "lower" | "upper" | "decoded" | "absolute";
  sync: "works" | "forbidden" | "empty" | "crashes";
  unknownToken: "403" | "409" | "500" | "full-list";
  /** Rows of one sync answer. */
  pageSize: number;
  store: (text: string) => string;
  wellKnown: "none" | "relative" | "absolute";
  ctag: boolean;
}

export const WELL_BEHAVED: Traps = {
  putEtag: "strong",
  etags: "strong",
  ignoresIfNoneMatch: false,
  deletesStale: false,
  putFailsInside: false,
  forgets: false,
  drops: "never",
  absentInMultiget: "row",
  hrefs: "plain",
  sync: "works",
  unknownToken: "403",
  pageSize: Number.POSITIVE_INFINITY,
  store: (text) => text,
  wellKnown: "relative",
  ctag: true,
};
