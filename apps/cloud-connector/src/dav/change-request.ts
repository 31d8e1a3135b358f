import type { ConnectorError } from "@ams-sync/connector-kit";
import { davRequest } from "tsdav";
import { type Answer, isOk } from "./answer.js";
import { hostOf, meaningOf } from "./errors.js";
import type { Http } from "./http.js";
import { preconditionsOf } from "./preconditions.js";
import { transportOver } from "./tsdav-fetch.js";

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
 * and the like leave that to the caller, and its updateVCard overwrites without an ETag; `davRequest` reads a
 * multistatus and leaves the conditions to us.
 */
export async function sendChange(http: Http, change: Change): Promise<Changed> {
  const { method, url, headers, body, signal } = change;
  const { fetch, answers } = transportOver(http, signal);
  const responses = await davRequest({
    url,
    fetch,
    convertIncoming: false,
    init: { method, headers: { ...headers }, body },
  });
  const answer = answers.at(-1);
  if (answer === undefined)
    throw new Error("tsdav answered without having asked.");
  if (!isOk(answer))
    return { answer, refusal: http.refusal(answer), conditions: NONE };
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
