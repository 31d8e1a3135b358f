import { type Answer, isOk, isXml } from "./answer.js";
import { hostOf } from "./errors.js";
import type { Http } from "./http.js";
import { isMultistatus } from "./multistatus-parts.js";
import type { Read } from "./reading.js";
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
}

/** `fetch` for tsdav's functions, over our connections, limits and login. What `read` reads tsdav sees nothing of. */
export function transportOver(
  http: Http,
  signal?: AbortSignal,
  read?: Read,
): Transport {
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
        ...(read && { read }),
      });
      answers.push(answer);
      return responseTo(answer);
    },
  };
}

/** An answer for tsdav, whole; of XML only what is a sound multistatus. */
export function responseTo(answer: Answer): Response {
  const { body, url } = answer;
  if (body === "" || !isOk(answer) || !isXml(answer))
    return responseOf(answer, body);
  const sound = isMultistatus(body, hostOf(url));
  return responseOf(answer, sound ? preparedXml(body) : "");
}

/** A part of one, as `partsOf` lets it pass. */
export const responseOfPart = (answer: Answer, part: string): Response =>
  responseOf(answer, preparedXml(part));

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
