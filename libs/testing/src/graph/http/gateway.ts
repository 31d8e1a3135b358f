import type { Fault } from "../faults.js";
import { operationOf, refusalAnswer, type GraphService } from "../service.js";
import type { RawAnswer, RawRequest } from "./listener.js";
import type { Answer, Operation } from "./message.js";
import { badRequest, Refusal } from "./refusal.js";

const VERSION = "/v1.0";

/** Between the wire and the service: faults, the log, JSON. */
export class Gateway {
  constructor(readonly service: GraphService) {}

  async handle(request: RawRequest): Promise<RawAnswer> {
    const at = request.url.slice(VERSION.length);
    const { method } = request;
    const fault = this.service.faults.take(method, at, false);
    if (fault?.kind === "reset" || fault?.kind === "silent") {
      this.#note(method, at, 0, false);
      return empty(fault.kind === "reset" ? "reset" : "never");
    }
    const answer =
      fault?.kind === "status"
        ? statusAnswer(fault, this.service)
        : await this.#answer(request, at);
    if (fault?.kind === "slow")
      await this.service.options.clock.sleep(fault.ms);
    this.#note(
      method,
      at,
      fault?.kind === "answerLost" ? 0 : answer.status,
      false,
    );
    return onTheWire(answer, fault);
  }

  async #answer(request: RawRequest, at: string): Promise<Answer> {
    const { service } = this;
    try {
      return await service.answer(operationFrom(request, at));
    } catch (error) {
      if (error instanceof Refusal)
        return refusalAnswer(error, service.options);
      throw error;
    }
  }

  #note(method: string, at: string, status: number, inBatch: boolean): void {
    const time = this.service.options.clock.epoch();
    this.service.log.note({ method, at, status, inBatch, time });
  }
}

function operationFrom(request: RawRequest, at: string): Operation {
  const { method, headers, body } = request;
  const asked = { method, headers, bytes: body.length, inBatch: false };
  return operationOf({ ...asked, body: jsonOf(request) }, at);
}

function jsonOf({ headers, body }: RawRequest): unknown {
  if (body.length === 0) return undefined;
  const refusal = badRequest(
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
  );
  if (!/^application\/json\b/i.test(headers["content-type"] ?? ""))
    throw refusal;
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    throw refusal;
  }
}

export const statusAnswer = (
  { status, code, retryAfter }: Extract<Fault, { kind: "status" }>,
  service: GraphService,
): Answer =>
  refusalAnswer(
    new Refusal(
      status,
      code ?? CODES[status] ?? "UnknownError",
      "An injected fault.",
      retryAfter === undefined ? {} : { "retry-after": retryAfter },
    ),
    service.options,
  );

const CODES: Readonly<Record<number, string>> = {
  429: "ApplicationThrottled",
  500: "ErrorInternalServerError",
  502: "BadGateway",
  503: "ErrorServerBusy",
  504: "UnknownError",
  509: "BandwidthLimitExceeded",
};

const empty = (delivery: NonNullable<RawAnswer["delivery"]>): RawAnswer => ({
  status: 500,
  headers: {},
  body: "",
  delivery,
});

const DELIVERY = { answerLost: "closed", cut: "cut" } as const;

function onTheWire(answer: Answer, fault: Fault | undefined): RawAnswer {
  if (fault?.kind === "notJson")
    return {
      status: answer.status,
      headers: { "content-type": "text/html" },
      body: "<html><body>Service Unavailable</body></html>",
    };
  const json = answer.body === undefined ? "" : JSON.stringify(answer.body);
  const delivery =
    fault?.kind === "answerLost" || fault?.kind === "cut"
      ? DELIVERY[fault.kind]
      : undefined;
  return {
    status: answer.status,
    headers: {
      ...(json !== "" && {
        "content-type":
          "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8",
      }),
      ...answer.headers,
    },
    body: json,
    ...(delivery && { delivery }),
  };
}
