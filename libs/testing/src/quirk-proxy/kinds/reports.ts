import { type Quirk, reply } from "../exchange.js";
import { isReport } from "../pick.js";
import {
  attribute,
  buildXml,
  children,
  type Element,
  inMultistatus,
  localName,
  named,
  parseXml,
  prune,
  setAttribute,
  setChildren,
  setText,
  textOf,
} from "../xml.js";
import type { DavRequest, Reply } from "../exchange.js";
import { placeOf } from "./etags.js";

const asksMany = (request: DavRequest): boolean =>
  isReport("addressbook-multiget")(request) ||
  isReport("calendar-multiget")(request);

const isAbsent = (row: Element): boolean =>
  localName(row) === "response" &&
  children(row).some(
    (child) => localName(child) === "status" && / 404\b/.test(textOf(child)),
  );

const hrefsIn = (elements: readonly Element[]): string[] =>
  named(elements, "href").map(textOf);

/** Those that were asked for and are not in the answer. */
function missing(request: DavRequest, answer: Reply): string[] {
  if (answer.status !== 207) return [];
  const rows = named(parseXml(answer.body.toString("utf8")), "response");
  const there = new Set(
    rows
      .filter((row) => !isAbsent(row))
      .flatMap((row) => hrefsIn([row]).map(placeOf)),
  );
  const asked = hrefsIn(parseXml(request.body.toString("utf8")));
  return asked.filter((href) => !there.has(placeOf(href)));
}

const absent =
  (answered: (answer: Reply, missing: readonly string[]) => Reply) =>
  async (
    request: DavRequest,
    next: (request: DavRequest) => Promise<Reply>,
  ): Promise<Reply> => {
    const answer = await next(request);
    if (!asksMany(request)) return answer;
    const gone = missing(request, answer);
    return gone.length === 0 ? answer : answered(answer, gone);
  };

const without = (answer: Reply): Reply =>
  inMultistatus(answer, (tree) => prune(tree, isAbsent));

const with404 = (answer: Reply, gone: readonly string[]): Reply =>
  inMultistatus(without(answer), (tree) => {
    const [root] = named(tree, "multistatus");
    if (root === undefined) return;
    const own = Object.keys(root).find((key) => key !== ":@") ?? "";
    const name = (local: string) => own.replace("multistatus", local);
    const row = (href: string): Element => {
      const [place, status]: Element[] = [
        { [name("href")]: [] },
        { [name("status")]: [] },
      ];
      setText(place!, href);
      setText(status!, "HTTP/1.1 404 Not Found");
      return { [name("response")]: [place, status] };
    };
    setChildren(root, [...children(root), ...gone.map(row)]);
  });

const asksByUid = (request: DavRequest): boolean =>
  isReport("addressbook-query")(request) &&
  uidFilters(parseXml(request.body.toString("utf8"))).length > 0;

const uidFilters = (tree: readonly Element[]): Element[] =>
  named(tree, "prop-filter").filter(
    (filter) => attribute(filter, "name")?.toUpperCase() === "UID",
  );

export const REPORT_QUIRKS = {
  "multiget-absent-row": {
    sentence: "A multiget answers an absent href with a row of status 404.",
    seen: "some of 6",
    behave: absent(with404),
  },
  "multiget-absent-omitted": {
    sentence: "A multiget says nothing of an absent href.",
    seen: "some of 6",
    behave: absent(without),
  },
  "multiget-absent-404": {
    sentence:
      "A multiget with one absent href is answered with 404 as a whole.",
    seen: "some of 6",
    behave: absent(() => reply(404)),
  },
  "query-by-uid-500": {
    sentence: "An addressbook-query for a UID is answered with 500.",
    seen: "some of 6",
    behave: async (request, next) =>
      asksByUid(request) ? reply(500) : next(request),
  },
  "query-by-uid-matches-all": {
    sentence: "An addressbook-query for a UID finds other cards, too.",
    seen: "some of 6",
    tells: true,
    behave: (request, next, { acted }) => {
      if (!asksByUid(request)) return next(request);
      acted();
      const tree = parseXml(request.body.toString("utf8"));
      // Every card has an FN (RFC 6350 section 6.2.1).
      for (const filter of uidFilters(tree)) {
        setAttribute(filter, "name", "FN");
        setChildren(filter, []);
      }
      return next({ ...request, body: Buffer.from(buildXml(tree)) });
    },
  },
} satisfies Record<string, Omit<Quirk, "name">>;
