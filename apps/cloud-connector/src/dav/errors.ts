import {
  ConnectorError,
  type ConnectorErrorKind,
} from "@ams-sync/connector-kit";
import { retryAfterMs } from "@ams-sync/connector-kit/http";
import type { Answer } from "./answer.js";
import { preconditions } from "./preconditions.js";

type Kind = ConnectorErrorKind;

/**
 * What a failed answer means, by its precondition element (RFC 4918 section 16) first and its status then. The message
 * says what to do and repeats nothing of the body: servers quote customers' data in it.
 */
export function errorOf(answer: Answer, now: number): ConnectorError {
  return meaningOf(
    {
      status: answer.status,
      conditions: preconditions(answer),
      challenge: answer.headers.get("www-authenticate"),
      retryAfter: retryAfterMs(answer.headers.get("retry-after"), now),
    },
    hostOf(answer.url),
  );
}

export interface Failure {
  readonly status: number;
  /** Local names of the precondition elements. */
  readonly conditions: ReadonlySet<string>;
  readonly challenge?: string | undefined;
  /** Milliseconds. */
  readonly retryAfter?: number | undefined;
}

/** Also for the rows of a multistatus, which carry no headers. */
export function meaningOf(failure: Failure, host: string): ConnectorError {
  const { status, conditions, retryAfter } = failure;
  const error = (kind: Kind, message: string) =>
    new ConnectorError(kind, message, {
      status,
      ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
    });

  for (const [condition, kind, message] of BY_CONDITION)
    if (conditions.has(condition)) return error(kind, `${host}: ${message}`);

  if (status === 401) return error("auth", `${host}: ${loginText(failure)}`);
  if (status === 429 || (status === 503 && retryAfter !== undefined))
    return error(
      "throttled",
      `${host} asks for fewer requests; the rest follows later.`,
    );
  const known = BY_STATUS.get(status);
  if (known !== undefined) return error(known[0], `${host}: ${known[1]}`);
  return status >= 500
    ? error(
        "transient",
        `${host} answered with ${status}; tried again later. If it goes on, ask the provider of the server.`,
      )
    : error(
        "rejected",
        `${host} refused the request with ${status}; ask the provider of the server.`,
      );
}

export const hostOf = (url: string): string => new URL(url).host;

const BY_CONDITION: readonly (readonly [string, Kind, string])[] = [
  [
    "valid-sync-token",
    "token-expired",
    "the server no longer knows the state of the last synchronisation; all is compared anew.",
  ],
  [
    "no-uid-conflict",
    "rejected",
    "an item with the same UID is there under another address; delete that one or move it out of the collection.",
  ],
  [
    "need-privileges",
    "rejected",
    "the login has no right to do this here; ask the owner of the collection for write access.",
  ],
  [
    "quota-not-exceeded",
    "rejected",
    "the storage is full; free some space there.",
  ],
  [
    "sufficient-disk-space",
    "rejected",
    "the storage is full; free some space there.",
  ],
  [
    "max-resource-size",
    "rejected",
    "the item is too large for this server; shorten it in ams.",
  ],
  [
    "supported-address-data",
    "rejected",
    "the server does not take this version of vCard.",
  ],
  [
    "valid-address-data",
    "rejected",
    "the server takes the card for broken; look for unusual characters in ams.",
  ],
  [
    "supported-calendar-component",
    "rejected",
    "the calendar takes no appointments (perhaps it is a task list); choose another one.",
  ],
  [
    "valid-calendar-data",
    "rejected",
    "the server takes the appointment for broken; look for unusual characters in ams.",
  ],
];

const BY_STATUS = new Map<number, readonly [Kind, string]>([
  [
    403,
    [
      "rejected",
      "the login may not do this here; check its rights to the collection.",
    ],
  ],
  [404, ["gone", "the item is not there any more."]],
  [405, ["rejected", "the address does not take this; check the address."]],
  [408, ["transient", "the server gave up waiting; tried again later."]],
  [
    409,
    [
      "rejected",
      "the server sees a conflict with something else there and does not say with what; look for an item with the same UID.",
    ],
  ],
  [410, ["gone", "the item is not there any more."]],
  [
    412,
    ["precondition", "the item was changed there meanwhile; it is read again."],
  ],
  [
    413,
    ["rejected", "the item is too large for this server; shorten it in ams."],
  ],
  [
    423,
    [
      "transient",
      "the item is locked there by somebody else; tried again later.",
    ],
  ],
  [425, ["transient", "the server asked to try again later."]],
  [
    501,
    ["rejected", "the server does not know this request; is it a DAV server?"],
  ],
  [507, ["rejected", "the storage is full; free some space there."]],
]);

function loginText({ challenge }: Failure): string {
  const digestOnly =
    challenge !== undefined &&
    /\bdigest\b/i.test(challenge) &&
    !/\bbasic\b/i.test(challenge);
  return digestOnly
    ? "the server accepts only Digest logins, which are not supported; allow Basic (over https) there."
    : "user name or password is not accepted; enter them again. Some providers want an app password.";
}
