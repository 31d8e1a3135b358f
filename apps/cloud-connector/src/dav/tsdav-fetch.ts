import { type Answer, isOk, isXml } from "./answer.js";
import { hostOf } from "./errors.js";
import type { Http } from "./http.js";
import { partsOf } from "./multistatus-parts.js";
import { preparedXml } from "./xml.js";

/** Headers that tsdav looks at. */
const HANDED_ON = ["content-type", "location"];
/** `Response` takes no body with these. */
const WITHOUT_BODY = new Set([204, 205, 304]);

export interface Transport {
  // oxlint-disable-next-line no-restricted-globals -- its type only
  readonly fetch: typeof fetch;
  /** tsdav's results say little of a failure; the answers behind them do. */
  readonly answers: readonly Answer[];
  /** What is left of the last answer, if it was asked for in parts. */
  readonly rest: Iterable<Response>;
}

/** `fetch` for tsdav's functions, over our connections, limits and login. */
export function transportOver(
  http: Http,
  signal?: AbortSignal,
  { inParts = false } = {},
): Transport {
  const answers: Answer[] = [];
  let rest: Iterable<Response> = [];
  return {
    answers,
    get rest() {
      return rest;
    },
    fetch: async (input, init) => {
      const answer = await http.send({
        method: init?.method ?? "GET",
        url: input instanceof Request ? input.url : String(input),
        headers: Object.fromEntries(new Headers(init?.headers)),
        ...(typeof init?.body === "string" && { body: init.body }),
        ...(init?.redirect === "manual" && { redirect: "manual" }),
        ...(signal && { signal }),
        inPieces: inParts,
      });
      answers.push(answer);
      const { pieces } = answer;
      if (pieces === undefined) return responseTo(answer);
      const parts = partsOf(takenFrom(pieces), hostOf(answer.url));
      // Nothing of what is no multistatus is worth parsing.
      const first = parts.next().value ?? "";
      rest = responsesOf(answer, parts);
      return responseOf(answer, preparedXml(first));
    },
  };
}

/** An answer for tsdav, whole; of XML only what is a sound multistatus. */
export function responseTo(answer: Answer): Response {
  if (!isOk(answer) || !isXml(answer)) return responseOf(answer, answer.body);
  const sound = [...partsOf([answer.body], hostOf(answer.url))].length > 0;
  return responseOf(answer, sound ? preparedXml(answer.body) : "");
}

/** What was read is let go. */
function* takenFrom(pieces: string[]): Generator<string, void> {
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift())
    yield piece;
}

function* responsesOf(
  answer: Answer,
  parts: Iterable<string>,
): Generator<Response, void> {
  for (const part of parts) yield responseOf(answer, preparedXml(part));
}

function responseOf(answer: Answer, body: string): Response {
  const headers = new Headers();
  for (const name of HANDED_ON) {
    const value = answer.headers.get(name);
    if (value !== undefined) headers.set(name, value);
  }
  return new Response(WITHOUT_BODY.has(answer.status) ? null : body, {
    status: answer.status,
    headers,
  });
}
