import type { Fault } from "../faults.js";
import { operationOf, refusalAnswer, type GraphService } from "../service.js";
import { batchItems, carriedOut, type BatchItem } from "./batch.js";
import { onTheWire, silence, statusAnswer } from "./delivery.js";
import type { RawAnswer, RawRequest } from "./listener.js";
import type { Answer, Operation } from "./message.js";
import { badRequest, Refusal } from "./refusal.js";
import type { Problems } from "../contract/problems.js";

export const VERSION = "/v1.0";
const BATCH = "/$batch";

/** Between the wire and the service: batches, faults, the log, JSON. */
export class Gateway {
  constructor(
    readonly service: GraphService,
    readonly problems: Problems,
  ) {}

  async handle(request: RawRequest): Promise<RawAnswer> {
    const at = request.url.slice(VERSION.length);
    const { method, headers, body } = request;
    const fault = this.service.faults.take(method, at, false);
    if (fault?.kind === "reset" || fault?.kind === "silent") {
      this.#note(method, at, 0, false);
      return silence(fault.kind);
    }
    const answer = await this.#faulty(fault, () =>
      this.#refusing(async () => {
        const asked = { method, headers, bytes: body.length, inBatch: false };
        const operation = operationOf({ ...asked, body: jsonOf(request) }, at);
        return this.#judged(operation, () =>
          at === BATCH
            ? this.#batch(operation)
            : this.service.answer(operation),
        );
      }),
    );
    const lost = fault?.kind === "answerLost";
    this.#note(method, at, lost ? 0 : answer.status, false);
    return onTheWire(answer, fault);
  }

  async #batch(asked: Operation): Promise<Answer> {
    if (asked.method !== "POST")
      throw new Refusal(405, "BadRequest", "A batch is posted.");
    const authorization = asked.headers["authorization"];
    await this.service.options.tokens.caller(authorization);
    const body = await carriedOut(batchItems(asked.body), (item) =>
      this.#item(item, authorization),
    );
    return { status: 200, headers: {}, body };
  }

  async #item(
    item: BatchItem,
    authorization: string | undefined,
  ): Promise<Answer> {
    const { method, url, headers, body } = item;
    const fault = this.service.faults.take(method, url, true);
    const answer = await this.#faulty(fault, () =>
      this.#refusing(async () => {
        if (url.startsWith(BATCH))
          throw badRequest("A batch cannot be part of a batch.");
        const asked = {
          ...{ method, body, inBatch: true },
          headers: { ...headers, authorization: authorization ?? "" },
          bytes: Buffer.byteLength(JSON.stringify(body ?? "")),
        };
        const operation = operationOf(asked, url);
        return this.#judged(operation, () => this.service.answer(operation));
      }),
    );
    this.#note(method, url, answer.status, true);
    return answer;
  }

  /** Faults that are answers, or that only take time. */
  async #faulty(
    fault: Fault | undefined,
    carryOut: () => Promise<Answer>,
  ): Promise<Answer> {
    const { options } = this.service;
    if (fault?.kind === "status") {
      if (fault.carriedOut) await carryOut();
      return statusAnswer(fault, options);
    }
    const answer = await carryOut();
    if (fault?.kind === "slow") await options.clock.sleep(fault.ms);
    return answer;
  }

  async #judged(
    operation: Operation,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    const answer = await this.#refusing(work);
    this.problems.judge(operation, answer);
    return answer;
  }

  async #refusing(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal)
        return refusalAnswer(error, this.service.options);
      throw error;
    }
  }

  #note(method: string, at: string, status: number, inBatch: boolean): void {
    const time = this.service.options.clock.epoch();
    this.service.log.note({ method, at, status, inBatch, time });
  }
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
