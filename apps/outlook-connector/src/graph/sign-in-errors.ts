import { ConnectorError, type RefusedPart } from "@ams-sync/connector-kit";
import { AuthError, ServerError } from "@azure/msal-node";

/**
 * What a refused token means. Microsoft names the reason with an AADSTS number; its message is not repeated, as it holds
 * user names and addresses. All of them wait for somebody: kind `auth`.
 */
export function signInError(error: unknown): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const number = numberOf(error);
  const known = number === undefined ? undefined : BY_NUMBER.get(number);
  const passing = number !== undefined && PASSING.has(number);
  if (passing || (error instanceof ServerError && error.status === 503))
    return new ConnectorError(
      "transient",
      "Microsoft's sign-in is not available at the moment; tried again later.",
      { cause: error },
    );
  if (!(error instanceof AuthError))
    return new ConnectorError(
      "transient",
      "The sign-in at Microsoft failed; tried again later. The connector's log says more.",
      { cause: error },
    );
  const said = known ?? BY_CODE.get(error.errorCode) ?? OTHER;
  return new ConnectorError(
    "auth",
    number === undefined ? `${said}.` : `${said} (AADSTS${number}).`,
    { cause: withoutMessage(error), refused: REFUSED.get(said) ?? "app" },
  );
}

/** Its message may repeat what was sent. */
const withoutMessage = ({ errorCode, subError }: AuthError): Error =>
  new Error(`${errorCode} ${subError}`.trim());

function numberOf(error: unknown): string | undefined {
  // msal says that it is a text, and hands on the number that came.
  if (error instanceof ServerError && error.errorNo)
    return String(error.errorNo);
  const text = error instanceof AuthError ? error.errorMessage : "";
  return /AADSTS(\d{4,9})/.exec(text)?.[1];
}

const OTHER =
  "Microsoft does not accept the login; have the administrator look at the app registration, and sign in again";
const NO_TENANT =
  "Microsoft does not know this directory; check the tenant (a domain or the id of the directory)";
const NO_APP =
  "The app registration is not in this directory; check the tenant and the application's id, and have the administrator of that directory consent";
const NO_CONSENT =
  "The consent for ams-sync is missing or was revoked; have the administrator grant it again for the app registration, then sign in again";
const SIGN_IN_AGAIN =
  "The login at Microsoft has ended (a new password, a revoked session or 90 days without use); sign in again";

const NO_USER = "The directory does not know this user; check the user name";

const REFUSED = new Map<string, RefusedPart>([
  [NO_TENANT, "directory"],
  [NO_APP, "directory"],
  [NO_CONSENT, "consent"],
  [NO_USER, "mailbox"],
]);

const BY_NUMBER = new Map([
  ["90002", NO_TENANT],
  ["90023", NO_TENANT],
  ["900021", NO_TENANT],
  ["700016", NO_APP],
  ["7000229", NO_CONSENT],
  ["500011", NO_CONSENT],
  ["650052", NO_CONSENT],
  ["65001", NO_CONSENT],
  ["65004", NO_CONSENT],
  [
    "7000215",
    "The secret of the app registration is wrong; enter the secret's value, not its id",
  ],
  [
    "7000222",
    "The secret of the app registration has expired; make a new one and enter it",
  ],
  [
    "700027",
    "The certificate does not belong to the app registration; upload it there, or enter the right one",
  ],
  ["7000112", "The app registration is disabled; have it enabled"],
  ["50173", SIGN_IN_AGAIN],
  ["50076", SIGN_IN_AGAIN],
  ["50078", SIGN_IN_AGAIN],
  ["50079", SIGN_IN_AGAIN],
  ["70000", SIGN_IN_AGAIN],
  ["70008", SIGN_IN_AGAIN],
  ["700081", SIGN_IN_AGAIN],
  ["700082", SIGN_IN_AGAIN],
  ["700084", SIGN_IN_AGAIN],
  [
    "53003",
    "A rule of the directory (conditional access) does not let ams-sync in; have the administrator allow it",
  ],
  ["50057", "The user is disabled in the directory; have it enabled"],
  ["50034", NO_USER],
]);

const BY_CODE = new Map([
  ["invalid_grant", SIGN_IN_AGAIN],
  [
    "invalid_client",
    "The app registration's secret or certificate is not accepted; enter it again",
  ],
  ["unauthorized_client", NO_APP],
  ["consent_required", NO_CONSENT],
  ["interaction_required", SIGN_IN_AGAIN],
]);

/** Of Microsoft's own: too many requests, or a fault in passing. */
const PASSING = new Set(["50196", "90033", "90024", "900382", "70044"]);
