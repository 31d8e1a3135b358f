import type { ConnectorError } from "@ams-sync/connector-kit";
import { davRequest } from "tsdav";
import { type Answer, isOk, isXml } from "./answer.js";
import { hostOf, meaningOf } from "./errors.js";
import type { Http } from "./http.js";
import { preconditionsOf } from "./preconditions.js";
import { responseTo } from "./tsdav-fetch.js";

export interface Change {
  readonly method: "PUT" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface Changed {
  readonly answer: Answer;
  /** Unset where the server says that it did it. */
  readonly refusal?: ConnectorError;
  /** Local names of precondition elements of a refusal inside a 207. */
  readonly conditions: ReadonlySet<string>;
}

/**
 * PUT or DELETE, its answer read to the end: one of six servers says 207 and puts the error inside. tsdav's createVCard
 * and the like leave that to the caller, and its updateVCard overwrites without an ETag.
 */
export async function sendChange(http: Http, change: Change): Promise<Changed> {
  // Throws for what no header can hold: an ETag in XML may be anything, and that is one item's fault, not the server's.
  const headers = Object.fromEntries(new Headers(change.headers));
  const answer = await http.send({ ...change, headers });
  if (!isOk(answer))
    return { answer, refusal: http.refusal(answer), conditions: NONE };
  // Nearly every answer is empty; making a `Response` of it was a sixth of what a write cost.
  if (answer.body === "" || !isXml(answer)) return { answer, conditions: NONE };
  return read(answer, change);
}

/** `davRequest` reads a multistatus and leaves the conditions to us. */
async function read(answer: Answer, { method, url }: Change): Promise<Changed> {
  const responses = await davRequest({
    url,
    fetch: async () => responseTo(answer),
    convertIncoming: false,
    init: { method, headers: {}, body: undefined },
  });
  const refused = responses.find(({ status }) => status >= 400);
  if (refused === undefined) return { answer, conditions: NONE };
  const conditions = preconditionsOf(refused.error);
  return {
    answer,
    conditions,
    refusal: meaningOf({ status: refused.status, conditions }, hostOf(url)),
  };
}

const NONE: ReadonlySet<string> = new Set();
