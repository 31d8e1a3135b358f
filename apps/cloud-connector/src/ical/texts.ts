import { tidyField } from "@ams-sync/sync-core";
import type { AppointmentField, Fields } from "@ams-sync/sync-core";
import {
  escapeText,
  firstLine,
  linesOf,
  makeLine,
  putLine,
  removeLines,
  unescapeText,
  withValue,
} from "../content-lines/index.js";
import type { Component } from "../content-lines/index.js";

/**
 * An empty reason is an event without SUMMARY, which RFC 5545 3.6.1 allows: a word put in its place would come back as
 * somebody's reason.
 */
export const TEXTS: readonly (readonly [AppointmentField, string])[] = [
  ["reason", "SUMMARY"],
  ["remark", "DESCRIPTION"],
];

export function readTexts(event: Component): Fields<AppointmentField> {
  return Object.fromEntries(
    TEXTS.map(([field, property]): [string, string] => [
      field,
      tidyField(field, unescapeText(firstLine(event, property)?.value ?? "")),
    ]).filter(([, text]) => text !== ""),
  );
}

export function writeText(
  event: Component,
  property: string,
  text: string | undefined,
): Component {
  const line = firstLine(event, property);
  // Outlook shows this HTML in place of the description, so the old one must not outlive it.
  const shown = property === "DESCRIPTION" ? linesOf(event, "X-ALT-DESC") : [];
  const rest = removeLines(event, shown);
  if (text === undefined)
    return removeLines(rest, line === undefined ? [] : [line]);
  const next =
    line === undefined
      ? makeLine(property, escapeText(text))
      : // Thunderbird shows the HTML of ALTREP in place of the text, so the old one must not outlive it.
        withValue(line, escapeText(text), ["ALTREP"]);
  return putLine(rest, line, next);
}
