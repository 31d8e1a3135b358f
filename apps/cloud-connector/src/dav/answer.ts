/** What came back over HTTP. */
export interface Answer {
  readonly method: string;
  /** Where it came from in the end, after redirects. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case; a repeated header is joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** "" of one that was read while it came. */
  readonly body: string;
  /** Sent a second time because the first connection broke: the first may have had its effect. */
  readonly repeated: boolean;
}

export const isXml = (answer: Answer): boolean =>
  /[/+]xml\b/i.test(answer.headers.get("content-type") ?? "");

export const isOk = (answer: Answer): boolean =>
  answer.status >= 200 && answer.status < 300;
