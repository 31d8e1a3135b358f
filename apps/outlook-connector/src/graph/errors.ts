import {
  ConnectorError,
  type ConnectorErrorKind,
  type RefusedPart,
} from "@ams-sync/connector-kit";
import { retryAfterMs } from "@ams-sync/connector-kit/http";
import { type Answer, codeOf } from "./answer.js";

type Meaning = readonly [ConnectorErrorKind, string];

/**
 * What a failed answer means: by its code first, as Exchange uses one status for many things. The message says what to do
 * and repeats nothing of the answer.
 */
export function errorOf(answer: Answer, now: number): ConnectorError {
  const { status } = answer;
  const code = codeOf(answer);
  const retryAfter = retryAfterMs(answer.headers.get("retry-after"), now);
  const meaning = meaningOf(status, code, retryAfter !== undefined);
  const [kind, message] = meaning;
  const refused = REFUSED.get(meaning);
  return new ConnectorError(kind, message, {
    status,
    ...(refused !== undefined && { refused }),
    ...(kind === "throttled" &&
      retryAfter !== undefined && { retryAfterMs: retryAfter }),
  });
}

function meaningOf(
  status: number,
  code: string | undefined,
  namesTime: boolean,
): Meaning {
  const byCode =
    code === undefined ? undefined : BY_CODE.get(code.toLowerCase());
  if (status === 429 || status === 509 || (status === 503 && namesTime))
    return BUSY;
  // A status of the server's own says more than a code that it may have copied.
  if (byCode && status < 500) return byCode;
  const known = BY_STATUS.get(status);
  if (known) return known;
  return status >= 500
    ? [
        "transient",
        `Microsoft 365 answered with ${status}; tried again later. If it goes on, look at the service health in the Microsoft 365 admin centre.`,
      ]
    : [
        "rejected",
        `Microsoft 365 refused the request with ${status}${code !== undefined && /^\w{1,80}$/.test(code) ? ` (${code})` : ""}; the administrator finds the code in Microsoft's documentation.`,
      ];
}

const BUSY: Meaning = [
  "throttled",
  "Microsoft 365 asks for fewer requests for this mailbox; the rest follows later.",
];
const SIGN_IN: Meaning = [
  "auth",
  "Microsoft 365 does not accept the login any more; have the administrator look at the app registration and its consent, and sign in again.",
];
const NO_RIGHT: Meaning = [
  "auth",
  "The app registration may not use this mailbox; have the administrator grant Contacts.ReadWrite and Calendars.ReadWrite with admin consent, and add the mailbox to the app's scope (RBAC for Applications).",
];
const NO_MAILBOX: Meaning = [
  "auth",
  "There is no Exchange Online mailbox for this user name; check the address, assign a licence with Exchange Online, and then save the login again.",
];
const REFUSED = new Map<Meaning, RefusedPart>([
  [SIGN_IN, "app"],
  [NO_RIGHT, "consent"],
  [NO_MAILBOX, "mailbox"],
]);
const CHANGED: Meaning = [
  "precondition",
  "The item was changed in Outlook meanwhile; it is read again.",
];
const GONE: Meaning = ["gone", "It is not there any more in Outlook."];
const VOID: Meaning = [
  "token-expired",
  "Microsoft 365 no longer knows the state of the last synchronisation; all is compared anew.",
];
const FULL: Meaning = [
  "rejected",
  "The mailbox is full; free some space there.",
];
const LARGE: Meaning = [
  "rejected",
  "The item is too large for Outlook; shorten it in ams.",
];
const THERE: Meaning = [
  "precondition",
  "It is there already in Outlook; it is read.",
];

const BY_CODE = new Map<string, Meaning>(
  (
    [
      ["InvalidAuthenticationToken", SIGN_IN],
      ["AuthenticationError", SIGN_IN],
      ["ErrorAccessDenied", NO_RIGHT],
      ["Authorization_RequestDenied", NO_RIGHT],
      ["AccessDenied", NO_RIGHT],
      ["MailboxNotEnabledForRESTAPI", NO_MAILBOX],
      ["MailboxNotSupportedForRESTAPI", NO_MAILBOX],
      ["MailboxNotHostedInExchangeOnline", NO_MAILBOX],
      ["ErrorNonExistentMailbox", NO_MAILBOX],
      ["ErrorInvalidUser", NO_MAILBOX],
      ["ResourceNotFound", NO_MAILBOX],
      ["Request_ResourceNotFound", NO_MAILBOX],
      ["ErrorItemNotFound", GONE],
      ["itemNotFound", GONE],
      ["ErrorFolderNotFound", GONE],
      ["ErrorObjectNotFound", GONE],
      ["ErrorIrresolvableConflict", CHANGED],
      ["ErrorChangeKeyRequired", CHANGED],
      ["ErrorStaleObject", CHANGED],
      ["ErrorDuplicateTransactionId", THERE],
      ["ErrorFolderExists", THERE],
      ["syncStateNotFound", VOID],
      ["syncStateInvalid", VOID],
      ["resyncRequired", VOID],
      ["ErrorInvalidSyncStateData", VOID],
      ["ErrorQuotaExceeded", FULL],
      ["ErrorMessageSizeExceeded", LARGE],
      ["ApplicationThrottled", BUSY],
      ["ErrorTooManyObjectsOpened", BUSY],
    ] as const
  ).map(([code, meaning]) => [code.toLowerCase(), meaning]),
);

const BY_STATUS = new Map<number, Meaning>([
  [401, SIGN_IN],
  [403, NO_RIGHT],
  [404, GONE],
  [408, ["transient", "Microsoft 365 gave up waiting; tried again later."]],
  [410, VOID],
  [412, CHANGED],
  [413, LARGE],
  // A dependency in the batch failed: this one was not tried.
  [424, ["transient", "Microsoft 365 did not get to this item; tried again."]],
  [507, FULL],
]);
