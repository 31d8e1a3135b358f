import {
  addLine,
  firstLine,
  makeLine,
  putLine,
  stamp,
  withValue,
} from "../content-lines/index.js";
import type { Component } from "../content-lines/index.js";

/**
 * What a revision leaves behind. DTSTAMP is its moment where no METHOD makes it a message (RFC 5545 3.8.7.2).
 * SEQUENCE rises when the event moves (3.8.7.4), but is the organizer's alone where there is one.
 */
export function revised(
  event: Component,
  now: number,
  moved: boolean,
): Component {
  let next = event;
  for (const name of ["DTSTAMP", "LAST-MODIFIED"]) {
    const line = firstLine(next, name);
    next = putLine(
      next,
      line,
      line === undefined
        ? makeLine(name, stamp(now))
        : withValue(line, stamp(now)),
    );
  }
  const organized = firstLine(next, "ORGANIZER") !== undefined;
  return moved && !organized ? counted(next) : next;
}

function counted(event: Component): Component {
  const line = firstLine(event, "SEQUENCE");
  const before = Number.parseInt(line?.value ?? "0", 10);
  const value = String((Number.isNaN(before) ? 0 : before) + 1);
  return line === undefined
    ? addLine(event, makeLine("SEQUENCE", value))
    : putLine(event, line, withValue(line, value));
}
