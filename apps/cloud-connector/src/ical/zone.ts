import { isTimeZone } from "@ams-sync/sync-core";
import type { TimeZone } from "@ams-sync/sync-core";
import {
  tzlib_get_ical_block,
  tzlib_get_timezones,
} from "timezones-ical-library";
import {
  componentsOf,
  firstLine,
  makeLine,
  parseComponent,
  replaceNode,
  unescapeText,
} from "../content-lines/index.js";
import type { Component } from "../content-lines/index.js";
import { definedZone } from "./defined-zone.js";
import type { DefinedZone } from "./defined-zone.js";
import { WINDOWS_ZONES } from "./windows-zones.js";

/** Where the wall time of a property is to be looked up. */
export type Zone =
  | { readonly kind: "iana"; readonly name: TimeZone }
  /** A zone that only the calendar object itself explains. */
  | { readonly kind: "defined"; readonly definition: DefinedZone };

/**
 * The zone that a TZID means: an IANA name, such a name behind a prefix ("/freeassociation.sourceforge.net/Europe/Berlin"),
 * the name that the definition mentions, a name of Windows ("W. Europe Standard Time"), or the definition itself.
 */
export function zoneOf(tzid: string, calendar: Component): Zone | undefined {
  const definition = definitionOf(tzid, calendar);
  const hint =
    definition === undefined
      ? undefined
      : firstLine(definition, "X-LIC-LOCATION")?.value.trim();
  const name = [tzid, lastParts(tzid, 2), lastParts(tzid, 3), hint]
    .map((candidate) => candidate && ianaName(candidate))
    .find((known) => known !== undefined);
  const zone = name ?? ianaName(WINDOWS.get(tzid) ?? "");
  if (zone) return { kind: "iana", name: zone };
  const defined = definition && definedZone(definition);
  return defined && { kind: "defined", definition: defined };
}

const WINDOWS = new Map(Object.entries(WINDOWS_ZONES));

/** By the name in lower case: as it was written first, so that no other spelling of it is kept for ever anywhere. */
const names = new Map<string, TimeZone>();

function ianaName(text: string): TimeZone | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return undefined;
  const key = text.toLowerCase();
  const known = names.get(key);
  if (known !== undefined || !isTimeZone(text)) return known;
  names.set(key, text);
  return text;
}

export const isUtc = (zone: TimeZone): boolean =>
  ["UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Zulu", "UCT"].includes(zone);

/**
 * The VTIMEZONE of a zone under that very name, or undefined for one that the library does not know. It names the
 * canonical zone where `zone` is an alias (Europe/Luxembourg is Europe/Brussels), and RFC 5545 3.2.19 wants the TZID of a
 * property to be the one of the definition.
 */
export function timeZoneBlock(zone: TimeZone): Component | undefined {
  if (!blocks.has(zone)) blocks.set(zone, makeBlock(zone));
  return blocks.get(zone);
}

const blocks = new Map<TimeZone, Component | undefined>();

function makeBlock(zone: TimeZone): Component | undefined {
  // Asked for a name that it does not know, the library writes to the console.
  if (!tzlib_get_timezones().includes(zone)) return undefined;
  const [text = ""] = tzlib_get_ical_block(zone);
  const block = parseComponent(text);
  const tzid = block && firstLine(block, "TZID");
  return tzid && replaceNode(block, tzid, makeLine("TZID", zone));
}

/** The calendar object with the zone defined in it, before everything that may refer to it. */
export function withZone(calendar: Component, zone: TimeZone): Component {
  if (definitionOf(zone, calendar) !== undefined) return calendar;
  const block = timeZoneBlock(zone);
  if (block === undefined) return calendar;
  const { nodes } = calendar;
  const inner = nodes.findIndex((node) => node.kind === "component");
  const at = inner < 0 ? nodes.length : inner;
  return {
    ...calendar,
    nodes: [...nodes.slice(0, at), block, ...nodes.slice(at)],
  };
}

function definitionOf(
  tzid: string,
  calendar: Component,
): Component | undefined {
  return componentsOf(calendar, "VTIMEZONE").find(
    (zone) =>
      unescapeText(firstLine(zone, "TZID")?.value ?? "").trim() === tzid,
  );
}

function lastParts(tzid: string, count: number): string | undefined {
  const parts = tzid.split("/").filter((part) => part !== "");
  return parts.length > count ? parts.slice(-count).join("/") : undefined;
}
