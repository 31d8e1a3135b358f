import { DavReader, type DavLogin } from "@ams-sync/proof";
import { waitFor, type ReceivedSpan } from "@ams-sync/testing";

/** With the patience of people who look at it. */
export const until = (
  what: string,
  question: () => Promise<boolean>,
  timeoutMs = 30_000,
): Promise<boolean> => waitFor(question, { what, timeoutMs, everyMs: 100 });

/** The span and its parents, the root last. */
export function ancestors(
  spans: readonly ReceivedSpan[],
  span: ReceivedSpan | undefined,
): ReceivedSpan[] {
  const way: ReceivedSpan[] = [];
  for (let at = span; at !== undefined;) {
    way.push(at);
    const { parentSpanId } = at;
    at = spans.find(({ spanId }) => spanId === parentSpanId);
  }
  return way;
}

/** Address and version of every item in the collections that the product made. */
export async function etagsOf(login: DavLogin): Promise<string[]> {
  const reader = new DavReader(login);
  const found: string[] = [];
  for (const { url, name } of await reader.collections())
    if (name === "ams")
      for (const item of await reader.items(url))
        found.push(`${item.url} ${item.etag}`);
  return found.sort();
}
