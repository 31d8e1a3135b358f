/** Closed: `whatNext` turns each into one of retry, delay, set aside, park or stop. */
export type ConnectorErrorKind =
  | "auth"
  | "gone"
  | "precondition"
  | "token-expired"
  | "throttled"
  | "rejected"
  | "transient";

/** Which part of a login with an app registration is refused. */
export type RefusedPart = "app" | "directory" | "consent" | "mailbox";

/** The one error of a connector. `message` says what to do and holds no customer's data and no secret. */
export class ConnectorError extends Error {
  override readonly name = "ConnectorError";
  constructor(
    readonly kind: ConnectorErrorKind,
    message: string,
    readonly detail: {
      /** Why no answer came, where that can be told. */
      readonly away?: "certificate" | "refused";
      /** Of kind `auth`, where that can be told; else user name or password. */
      readonly refused?: RefusedPart;
      /** The address to enter instead, where a login that is only tried is not sent on. */
      readonly enter?: string;
      readonly retryAfterMs?: number;
      readonly status?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: detail.cause });
  }
}
