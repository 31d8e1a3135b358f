import { ConnectorError } from "../connector-error.js";
import { EgressRefused, refusalText } from "@ams-sync/platform/egress";

/**
 * No answer came. Nearly all of these may pass, so they are `transient`; the messages say what to look at if they do not.
 * A name that leads inside may lead elsewhere again, too; an address that is refused by itself stays so.
 */
export function networkError(error: unknown, host: string): ConnectorError {
  if (error instanceof EgressRefused)
    return new ConnectorError(
      error.reason === "resolved" ? "transient" : "rejected",
      refusalText(error.reason, host, "en"),
      { cause: error, away: "refused" },
    );
  const code = codeOf(error);
  const say = (text: string, away?: "certificate") =>
    new ConnectorError("transient", `${host}: ${text}`, {
      cause: error,
      ...(away && { away }),
    });
  if (/^(ENOTFOUND|EAI_)/.test(code))
    return say("there is no server of this name; check the address.");
  if (/^(ECONNREFUSED|E(HOST|NET)UNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code))
    return say("the server cannot be reached; check the address and the port.");
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|^EPROTO$/.test(code))
    return say(
      "no secure connection, the server's certificate is not accepted; have it renewed, or check the address.",
      "certificate",
    );
  if (isDropped(error))
    return say("the server broke off the connection; tried again later.");
  return say(
    `the connection failed${code === "" ? "" : ` (${code})`}; tried again later.`,
  );
}

/** The peer closed or reset the connection. */
export const isDropped = (error: unknown): boolean =>
  /^(UND_ERR_SOCKET|ECONNRESET|EPIPE|ECONNABORTED)$/.test(codeOf(error));

/** Node's or undici's code; trying several addresses of a name wraps the errors of each. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return codeOf(error.cause);
}
