import { SERVICE_NAMES, type ServiceName } from "@ams-sync/stack";
import type { When } from "../wires/wire.js";

/** A place between two effects: one message on one wire, and the process that dies while it passes. */
export interface KillPoint {
  /** What is going on meanwhile, for example "first". */
  readonly scenario: string;
  readonly victim: ServiceName;
  /** "connector>state" */
  readonly wire: string;
  readonly label: string;
  /** The how manieth of its label, from 1. */
  readonly nth: number;
  readonly when: When;
}

const BETWEEN = " | ";

/** As KILL_POINT takes it: "first | cloud-connector | connector>dav | PUT new card | 1 | after". */
export const pointText = (point: KillPoint): string =>
  [
    point.scenario,
    point.victim,
    point.wire,
    point.label,
    point.nth,
    point.when,
  ].join(BETWEEN);

/** @throws where the text is no kill point */
export function pointOf(text: string): KillPoint {
  const [scenario, name, wire, label, count, when, ...more] =
    text.split(BETWEEN);
  const victim = SERVICE_NAMES.find((known) => known === name);
  const nth = Number(count);
  if (
    !scenario ||
    !victim ||
    !wire ||
    !label ||
    !(nth >= 1) ||
    (when !== "before" && when !== "after") ||
    more.length > 0
  )
    throw new Error(
      `"${text}" is no kill point; one is: first | cloud-connector | connector>dav | PUT new card | 1 | after`,
    );
  return { scenario, victim, wire, label, nth, when };
}
