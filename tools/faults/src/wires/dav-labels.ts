import type { IncomingHttpHeaders } from "node:http";

/** What a request is for: "PUT new card", "PROPFIND 0 current-user-principal", "REPORT sync-collection". */
export function davLabel(
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
  body: string,
): string {
  const what = path.endsWith(".vcf")
    ? "card"
    : path.endsWith(".ics")
      ? "event"
      : "collection";
  switch (method) {
    case "PUT":
      return `PUT ${headers["if-none-match"] === undefined ? "changed" : "new"} ${what}`;
    case "PROPFIND": {
      const property = /<(?:\w+:)?prop>\s*<(?:\w+:)?([\w-]+)/.exec(body)?.[1];
      const depth = String(headers["depth"] ?? "infinity");
      return ["PROPFIND", depth, what, property].filter(Boolean).join(" ");
    }
    case "REPORT":
      return `REPORT ${/<(?:\w+:)?([a-z][\w-]+)/.exec(body)?.[1] ?? what}`;
    default:
      return `${method} ${what}`;
  }
}

/** Whether a label is of a request that changes something. */
export const isDavWrite = (label: string): boolean =>
  /^(PUT|DELETE|MKCOL|MKCALENDAR|PROPPATCH|MOVE|COPY|POST) /.test(label);
