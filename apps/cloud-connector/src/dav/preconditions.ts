import { XMLParser } from "fast-xml-parser";
import type { Answer } from "./answer.js";
import { isXml } from "./answer.js";
import { startsSafely } from "./xml.js";

/** An error body is short; what is longer is somebody's page. */
const MAX_ERROR_BODY = 64 * 1024;
const NONE: ReadonlySet<string> = new Set();

/** Answers to failed requests only: tsdav hands their XML on as text. */
const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  processEntities: false,
  parseTagValue: false,
  maxNestedTags: 20,
});

/** Local names of all elements in a DAV:error body (RFC 4918 section 16); empty where there is none. */
export function preconditions(answer: Answer): ReadonlySet<string> {
  const { body } = answer;
  if (!isXml(answer) || body.length > MAX_ERROR_BODY || !startsSafely(body))
    return NONE;
  try {
    const root: unknown = parser.parse(body);
    return namesIn(root);
  } catch {
    // Broken XML in a failure says no more than its status does.
    return NONE;
  }
}

/** Local names of all elements in what tsdav made of an error element: it writes them in camel case. */
export function preconditionsOf(error: unknown): ReadonlySet<string> {
  const names = namesIn(error);
  // Of a long list nearly every row.
  if (names.size === 0) return NONE;
  return new Set(
    [...names].map((name) =>
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    ),
  );
}

function namesIn(node: unknown): ReadonlySet<string> {
  if (typeof node !== "object" || node === null) return NONE;
  const names = new Set<string>();
  for (const [name, child] of Object.entries(node)) {
    if (!Array.isArray(node)) names.add(name);
    for (const inner of namesIn(child)) names.add(inner);
  }
  return names;
}
