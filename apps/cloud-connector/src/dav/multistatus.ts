import { ConnectorError } from "@ams-sync/connector-kit";
import {
  DAVNamespace,
  type DAVResponse,
  davRequest,
  getDAVAttribute,
} from "tsdav";
import { type Answer, isOk } from "./answer.js";
import { BrokenAnswer } from "./broken-answer.js";
import { hostOf } from "./errors.js";
import { pathOf } from "./href.js";
import type { Http } from "./http.js";
import { partsOf } from "./multistatus-parts.js";
import { preconditionsOf } from "./preconditions.js";
import { responseOfPart, transportOver } from "./tsdav-fetch.js";
import { textOf } from "./xml.js";

export interface Row {
  /** Absolute path, as the server names it. */
  readonly path: string;
  /** 200 where the row has none of its own. */
  readonly status: number;
  readonly conditions: ReadonlySet<string>;
  /** Found properties by local name in camel case. */
  readonly props: Readonly<Record<string, unknown>>;
}

export interface MultiStatus {
  /** Where the answer came from; hrefs in properties are relative to it. */
  readonly url: string;
  readonly rows: readonly Row[];
  readonly syncToken?: string;
}

export interface Question {
  readonly method: "PROPFIND" | "REPORT";
  readonly url: string;
  /** Missing: none is sent, as RFC 6578 section 3.2 wants it. */
  readonly depth?: "0" | "1";
  /** tsdav's compact form; names without a prefix get that of `namespace`. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly namespace: "d" | "c" | "card";
  readonly signal?: AbortSignal | undefined;
}

/**
 * One question over tsdav's `davRequest`, which writes and reads the XML. Its higher functions are not used for this:
 * they throw errors without a status, fail a whole multiget for one absent href, and drop hrefs that lack ".vcf".
 * Throws where the answer is no multistatus.
 */
export async function ask(
  http: Http,
  question: Question,
): Promise<MultiStatus> {
  let rows: Row[] = [];
  const answer = await askForEach(http, question, () => {
    rows = [];
    return (row) => rows.push(row);
  });
  return { ...answer, rows };
}

/**
 * The same for a list that may be long: each row is told while the answer comes, and held by nobody here. `begin` makes
 * whom they are told; it is called anew where an answer broke off and the question was sent once more.
 */
export async function askForEach(
  http: Http,
  question: Question,
  begin: () => (row: Row) => void,
): Promise<Omit<MultiStatus, "rows">> {
  const { method, url, depth, body, namespace, signal } = question;
  const read = { parts: 0, syncToken: "" };
  const { fetch, answers } = transportOver(
    http,
    signal,
    async (answer, pieces) => {
      const each = begin();
      Object.assign(read, { parts: 0, syncToken: "" });
      for await (const part of partsOf(pieces, hostOf(answer.url))) {
        const { root, responses } = await parsed(part, answer, method);
        read.parts += 1;
        read.syncToken ||= textOf(root["syncToken"]);
        for (const response of responses)
          for (const row of rowsOf(response, answer.url)) each(row);
      }
    },
  );
  const headers = depth === undefined ? {} : { depth };
  await davRequest({ url, init: { method, namespace, body, headers }, fetch });
  const answer = answers.at(-1);
  if (answer !== undefined && !isOk(answer)) throw http.refusal(answer);
  if (answer === undefined || read.parts === 0) throw foreign(url);
  const { syncToken } = read;
  return { url: answer.url, ...(syncToken !== "" && { syncToken }) };
}

/** What tsdav makes of a part. Of a question that has been asked it is told no more than it needs. */
async function parsed(
  part: string,
  answer: Answer,
  method: Question["method"],
): Promise<{
  readonly root: Readonly<Record<string, unknown>>;
  readonly responses: readonly DAVResponse[];
}> {
  const { url } = answer;
  const responses = await davRequest({
    url,
    init: { method, headers: {}, body: undefined },
    convertIncoming: false,
    fetch: async () => responseOfPart(answer, part),
  });
  const raw: unknown = responses[0]?.raw;
  // It hands on as text what is no XML though it says so.
  if (typeof raw === "string") throw new BrokenAnswer(hostOf(url));
  if (typeof raw !== "object" || raw === null || !("multistatus" in raw))
    throw foreign(url);
  const root = Object(raw.multistatus) as Record<string, unknown>;
  return { root, responses };
}

const foreign = (url: string): ConnectorError =>
  new ConnectorError(
    "rejected",
    `${hostOf(url)} did not answer as a DAV server does; check the address.`,
  );

/** Several hrefs may share one status (RFC 4918 section 14.24). */
function rowsOf(response: DAVResponse, base: string): Row[] {
  const hrefs: unknown[] = Array.isArray(response.href)
    ? response.href
    : [response.href];
  return hrefs.flatMap((href) => {
    const path = pathOf(textOf(href), base);
    return path === undefined
      ? []
      : [
          {
            path,
            status: response.status === 207 ? 200 : response.status,
            conditions: preconditionsOf(response.error),
            props: response.props ?? {},
          },
        ];
  });
}

export const NAMESPACES = getDAVAttribute([
  DAVNamespace.DAV,
  DAVNamespace.CALDAV,
  DAVNamespace.CARDDAV,
  DAVNamespace.CALENDAR_SERVER,
]);

/** Properties by prefixed name: "d:", "c:", "card:" or "cs:". */
export const propfind = (
  http: Http,
  url: string,
  depth: "0" | "1",
  names: readonly string[],
  signal?: AbortSignal,
): Promise<MultiStatus> => ask(http, propertiesOf(url, depth, names, signal));

/** What `propfind` asks. */
export const propertiesOf = (
  url: string,
  depth: "0" | "1",
  names: readonly string[],
  signal?: AbortSignal,
): Question => ({
  method: "PROPFIND",
  url,
  depth,
  namespace: "d",
  signal,
  body: {
    propfind: { _attributes: NAMESPACES, prop: propertyNames(names) },
  },
});

export const propertyNames = (
  names: readonly string[],
): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, {}]));
