import { ConnectorError } from "@ams-sync/connector-kit";

/** No answer came. All of these may pass, so all are `transient`; the messages say what to look at if they do not. */
export function networkError(error: unknown, host: string): ConnectorError {
  const code = codeOf(error);
  const say = (text: string) =>
    new ConnectorError("transient", `${host}: ${text}`, { cause: error });
  if (/^(ENOTFOUND|EAI_)/.test(code))
    return say("there is no server of this name; check the address.");
  if (/^(ECONNREFUSED|E(HOST|NET)UNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code))
    return say("the server cannot be reached; check the address and the port.");
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|^EPROTO$/.test(code))
    return say(
      "no secure connection, the server's certificate is not accepted; have it renewed, or check the address.",
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
