/** What came back, of a request of its own or of one in a batch. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown;
}

export const isOk = ({ status }: Answer): boolean =>
  status >= 200 && status < 300;

/** "ErrorItemNotFound"; undefined where the answer names none. Messages are not read: they repeat customers' data. */
export function codeOf({ body }: Answer): string | undefined {
  const error = memberOf(body, "error");
  const code = memberOf(error, "code");
  return typeof code === "string" ? code : undefined;
}

export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

/** Also where the id is none that Exchange can read: nothing is there. */
export const isAbsent = (answer: Answer): boolean =>
  (answer.status === 404 && GONE.has(codeOf(answer) ?? "")) ||
  codeOf(answer) === "ErrorInvalidIdMalformed";

const GONE = new Set(["", "ErrorItemNotFound", "itemNotFound"]);
