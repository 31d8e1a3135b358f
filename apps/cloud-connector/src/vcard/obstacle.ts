import type { Obstacle } from "@ams-sync/sync-core";
import { linesOf, paramOf } from "../content-lines/index.js";
import type { Component } from "../content-lines/index.js";

/** RFC 6350 6.1.4, RFC 6473, RFC 6869. Others are read as people, as the RFC wants it. */
const NOBODY = new Set(["location", "application", "device"]);

/** Why a component is no person or company that ams could hold. */
export function obstacleIn(component: Component): Obstacle | undefined {
  if (component.name !== "VCARD") return "no-item";
  // Apple and its servers write the kind of vCard 4 so in version 3.
  const kinds = linesOf(component, "KIND", "X-ADDRESSBOOKSERVER-KIND").map(
    ({ value }) => value.trim().toLowerCase(),
  );
  if (kinds.includes("group")) return "group";
  if (kinds.some((kind) => NOBODY.has(kind))) return "no-item";
  // vCard 2.1, which RFC 6352 5.1 allows no server; its codes would come into ams as somebody's name.
  const encoded = linesOf(component, "N", "FN", "ORG", "ADR", "TITLE").some(
    (line) => /^(?:Q|QUOTED-PRINTABLE)$/i.test(paramOf(line, "ENCODING") ?? ""),
  );
  return encoded ? "unreadable" : undefined;
}
