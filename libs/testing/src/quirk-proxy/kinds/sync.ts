import { type Quirk, refusal, reply } from "../exchange.js";
import { isReport } from "../pick.js";
import {
  buildXml,
  children,
  type Element,
  inMultistatus,
  localName,
  named,
  parseXml,
  prune,
  setChildren,
  textOf,
} from "../xml.js";
import type { DavRequest } from "../exchange.js";

const isSync = isReport("sync-collection");

const changed = (
  request: DavRequest,
  change: (tree: ReturnType<typeof parseXml>) => void,
): DavRequest => {
  const tree = parseXml(request.body.toString("utf8"));
  change(tree);
  return { ...request, body: Buffer.from(buildXml(tree)) };
};

function tokenIn(request: DavRequest): string {
  if (!isSync(request)) return "";
  const [token] = named(parseXml(request.body.toString("utf8")), "sync-token");
  return token === undefined ? "" : textOf(token).trim();
}

const hasLimit = (request: DavRequest): boolean =>
  isSync(request) &&
  named(parseXml(request.body.toString("utf8")), "nresults").length > 0;

const unknown =
  (answer: () => ReturnType<typeof reply>): Quirk["behave"] =>
  async (request, next) =>
    tokenIn(request) === "" ? next(request) : answer();

/** RFC 6578. None of these servers knows any token; picked, some questions only. */
export const SYNC_QUIRKS = {
  "no-sync-collection": {
    sentence: "There is no sync-collection report: 403, and no sync-token.",
    seen: "1 of 6",
    behave: async (request, next) => {
      if (isSync(request)) return reply(403);
      return inMultistatus(await next(request), (tree) =>
        prune(
          tree,
          (element) =>
            localName(element) === "sync-token" ||
            (localName(element) === "supported-report" &&
              named(children(element), "sync-collection").length > 0),
        ),
      );
    },
  },
  "unknown-token-403": {
    sentence:
      "A sync-token that is not known any more is answered with 403 valid-sync-token.",
    seen: "some of 6",
    behave: unknown(() => refusal(403, "<d:valid-sync-token/>")),
  },
  "unknown-token-500": {
    sentence: "A sync-token that is not known any more is answered with 500.",
    seen: "some of 6",
    behave: unknown(() => reply(500)),
  },
  "unknown-token-full-list": {
    sentence:
      "A sync-token that is not known any more is answered with all there is, as if it had all changed.",
    seen: "some of 6",
    tells: true,
    behave: (request, next, { acted }) => {
      if (tokenIn(request) === "") return next(request);
      acted();
      const anew = changed(request, (tree) => {
        for (const token of named(tree, "sync-token")) setChildren(token, []);
      });
      return next(anew);
    },
  },
  "limit-ignored": {
    sentence: "The limit nresults of a sync-collection report is ignored.",
    seen: "some of 6",
    tells: true,
    behave: (request, next, { acted }) => {
      if (!hasLimit(request)) return next(request);
      acted();
      const isLimit = (element: Element) => localName(element) === "limit";
      const unlimited = changed(request, (tree) => {
        for (const report of named(tree, "sync-collection"))
          setChildren(report, prune(children(report), isLimit));
      });
      return next(unlimited);
    },
  },
  "limit-507": {
    sentence:
      "A sync-collection report with the limit nresults is answered with 507.",
    seen: "some of 6",
    behave: async (request, next) =>
      hasLimit(request)
        ? refusal(507, "<d:number-of-matches-within-limits/>")
        : next(request),
  },
} satisfies Record<string, Omit<Quirk, "name">>;
