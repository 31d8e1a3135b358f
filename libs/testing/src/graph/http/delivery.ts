import type { Fault } from "../faults.js";
import { refusalAnswer, type ServiceOptions } from "../service.js";
import type { RawAnswer } from "./listener.js";
import type { Answer } from "./message.js";
import { Refusal } from "./refusal.js";

const CODES: Readonly<Record<number, string>> = {
  429: "ApplicationThrottled",
  500: "ErrorInternalServerError",
  502: "BadGateway",
  503: "ErrorServerBusy",
  504: "UnknownError",
  509: "BandwidthLimitExceeded",
};

export const statusAnswer = (
  { status, code, retryAfter }: Extract<Fault, { kind: "status" }>,
  options: Pick<ServiceOptions, "clock">,
): Answer =>
  refusalAnswer(
    new Refusal(
      status,
      code ?? CODES[status] ?? "UnknownError",
      "An injected fault.",
      retryAfter === undefined ? {} : { "retry-after": retryAfter },
    ),
    options,
  );

export const silence = (kind: "reset" | "silent"): RawAnswer => ({
  status: 500,
  headers: {},
  body: "",
  delivery: kind === "reset" ? "reset" : "never",
});

const JSON_TYPE =
  "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8";

/** What an operation by itself is answered with, as far as a fault lets it come. */
export function onTheWire(answer: Answer, fault: Fault | undefined): RawAnswer {
  if (fault?.kind === "notJson")
    return {
      status: answer.status,
      headers: { "content-type": "text/html" },
      body: "<html><body>Service Unavailable</body></html>",
    };
  const json = answer.body === undefined ? "" : JSON.stringify(answer.body);
  const whole = {
    status: answer.status,
    headers: {
      ...(json !== "" && { "content-type": JSON_TYPE }),
      ...answer.headers,
    },
    body: json,
  };
  if (fault?.kind === "answerLost") return { ...whole, delivery: "closed" };
  return fault?.kind === "cut" ? { ...whole, delivery: "cut" } : whole;
}
