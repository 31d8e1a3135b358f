/** Keys whose values never reach a log, at any depth: secrets, and `fields`, which are customers' data. */
const HIDDEN_KEYS = new Set([
  "password",
  "authorization",
  "credential",
  "credentials",
  "secret",
  "token",
  "cookie",
  "fields",
]);

const HIDDEN = "[hidden]";
const MAX_DEPTH = 8;

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** A copy without what must not be logged. Errors and other class instances are left to pino's serializers. */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value !== "object" || value === null) return value;
  // Deep enough for whatever we log on purpose; also ends circles.
  if (depth === MAX_DEPTH) return "[deep]";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      HIDDEN_KEYS.has(key.toLowerCase()) ? HIDDEN : redact(item, depth + 1),
    ]),
  );
};

/**
 * Takes secrets out of free text, where libraries put them into their messages: the password of a URL, bearer and
 * basic credentials, JSON web tokens.
 */
export const redactText = (text: string): string =>
  text
    .replace(
      /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@"\\]*):[^\s/?#@"\\]+@/gi,
      `$1:${HIDDEN}@`,
    )
    .replace(/\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi, `$1 ${HIDDEN}`)
    .replace(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, HIDDEN);

export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** SQLSTATE class 22, data exception: PostgreSQL quotes the value after a colon, `invalid input syntax for type date: "…"`. */
const QUOTES_DATA = /^22[0-9A-Z]{3}$/;

/** The frames alone: the lines before them repeat the message. */
const framesOf = (stack: string): string =>
  stack
    .split("\n")
    .filter((line) => /^ +at /.test(line))
    .join("\n");

/**
 * What of an error is logged. Libraries hang requests, parameters and rows on their errors (TypeORM `parameters`, pg
 * `detail`): these hold customers' data, so only named properties pass.
 */
export const describeError = (error: unknown, depth = 0): LoggedError => {
  if (!(error instanceof Error))
    return { type: typeof error, message: "(not an Error)" };
  const { code } = error as { code?: unknown };
  const message =
    typeof code === "string" && QUOTES_DATA.test(code)
      ? error.message.replace(/:.*$/s, "")
      : error.message;
  return {
    type: error.constructor.name,
    message: redactText(message),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: framesOf(error.stack) }),
    ...(error.cause === undefined || depth >= 3
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
};
