export interface Ask {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the mailbox: "/contactFolders/…", with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  /** Beside immutable ids, which every request asks for. */
  readonly prefer?: readonly string[];
  /** `performance.now()` when nobody waits for it any more. */
  readonly until?: number;
}
