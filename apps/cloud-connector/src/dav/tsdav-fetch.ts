import { type Answer, isOk, isXml } from "./answer.js";
import { hostOf } from "./errors.js";
import type { Http } from "./http.js";
import { preparedXml } from "./xml.js";

/** Headers that tsdav looks at. */
const HANDED_ON = ["content-type", "location"];
/** `Response` takes no body with these. */
const WITHOUT_BODY = new Set([204, 205, 304]);

export interface Transport {
  readonly fetch: typeof fetch;
  /** tsdav's results say little of a failure; the answers behind them do. */
  readonly answers: readonly Answer[];
}

/** `fetch` for tsdav's functions, over our connections, limits and login. */
export function transportOver(http: Http, signal?: AbortSignal): Transport {
  const answers: Answer[] = [];
  return {
    answers,
    fetch: async (input, init) => {
      const answer = await http.send({
        method: init?.method ?? "GET",
        url: input instanceof Request ? input.url : String(input),
        headers: Object.fromEntries(new Headers(init?.headers)),
        ...(typeof init?.body === "string" && { body: init.body }),
        ...(init?.redirect === "manual" && { redirect: "manual" }),
        ...(signal && { signal }),
      });
      answers.push(answer);
      return responseOf(answer);
    },
  };
}

function responseOf(answer: Answer): Response {
  const headers = new Headers();
  for (const name of HANDED_ON) {
    const value = answer.headers.get(name);
    if (value !== undefined) headers.set(name, value);
  }
  const body =
    isOk(answer) && isXml(answer)
      ? preparedXml(answer.body, hostOf(answer.url))
      : answer.body;
  return new Response(WITHOUT_BODY.has(answer.status) ? null : body, {
    status: answer.status,
    headers,
  });
}
