import { ConnectorError } from "@ams-sync/connector-kit";
import {
  DAVNamespace,
  type DAVResponse,
  davRequest,
  getDAVAttribute,
} from "tsdav";
import { isOk, isXml } from "./answer.js";
import { BrokenAnswer } from "./broken-answer.js";
import { hostOf } from "./errors.js";
import { pathOf } from "./href.js";
import type { Http } from "./http.js";
import { preconditionsOf } from "./preconditions.js";
import { transportOver } from "./tsdav-fetch.js";
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
  const rows: Row[] = [];
  const answer = await askForEach(http, question, (row) => rows.push(row));
  return { ...answer, rows };
}

/** The same for a list that may be long: each row is told as it is read, and held by nobody here. */
export async function askForEach(
  http: Http,
  question: Question,
  each: (row: Row) => void,
): Promise<Omit<MultiStatus, "rows">> {
  const { method, url, depth, body, namespace } = question;
  const transport = transportOver(http, question.signal, { inParts: true });
  const init = {
    ...{ method, namespace, body },
    headers: depth === undefined ? {} : { depth },
  };
  let responses = await davRequest({ url, init, fetch: transport.fetch });
  const answer = transport.answers.at(-1);
  if (answer !== undefined && !isOk(answer)) throw http.refusal(answer);
  let syncToken = "";
  const take = (): void => {
    const root = rootOf(responses);
    if (answer && isXml(answer) && isUnparsed(responses))
      throw new BrokenAnswer(hostOf(url));
    if (answer === undefined || root === undefined)
      throw new ConnectorError(
        "rejected",
        `${hostOf(url)} did not answer as a DAV server does; check the address.`,
      );
    syncToken ||= textOf(root["syncToken"]);
    for (const response of responses)
      for (const row of rowsOf(response, answer.url)) each(row);
  };
  take();
  for (const part of transport.rest) {
    responses = await davRequest({ url, init, fetch: async () => part });
    take();
  }
  return {
    url: answer?.url ?? url,
    ...(syncToken !== "" && { syncToken }),
  };
}

/** tsdav hands on as text what is no XML though it says so. */
const isUnparsed = (responses: readonly DAVResponse[]): boolean => {
  const raw: unknown = responses[0]?.raw;
  return typeof raw === "string" && raw.includes("multistatus");
};

function rootOf(
  responses: readonly DAVResponse[],
): Record<string, unknown> | undefined {
  const raw: unknown = responses[0]?.raw;
  if (typeof raw !== "object" || raw === null || !("multistatus" in raw))
    return undefined;
  return Object(raw.multistatus) as Record<string, unknown>;
}

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
