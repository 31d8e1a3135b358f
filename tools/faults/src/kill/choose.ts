import { isDavWrite } from "../wires/dav-labels.js";
import type { KillPoint } from "./kill-point.js";
import type { Scenario } from "./scenario.js";
import { endsOf } from "./site-wires.js";
import type { Passed } from "./tollhouse.js";

/** What passed in every one of several undisturbed rounds, as often as it did at least: the rest is a matter of time. */
export function always(rounds: readonly (readonly Passed[])[]): Passed[] {
  const [first = [], ...others] = rounds;
  return first.flatMap((passed) => {
    const counts = others.map(
      (round) =>
        round.find(
          ({ wire, label, when }) =>
            wire === passed.wire &&
            label === passed.label &&
            when === passed.when,
        )?.count ?? 0,
    );
    const count = Math.min(passed.count, ...counts);
    return count === 0 ? [] : [{ ...passed, count }];
  });
}

/** What passed in some of the rounds and not in all. */
export function notAlways(rounds: readonly (readonly Passed[])[]): Passed[] {
  const key = ({ wire, label, when }: Passed) => `${wire} ${label} ${when}`;
  const kept = new Set(always(rounds).map(key));
  const others = new Map<string, Passed>();
  for (const passed of rounds.flat())
    if (!kept.has(key(passed))) others.set(key(passed), passed);
  return [...others.values()];
}

/**
 * The places to kill at: around every effect, once for the process that sends it and once for the one that gets it; the
 * first of its kind, and of what makes items or remembers them one in the middle. `known` are those of other scenarios:
 * what is the same there is not tried again, and is added.
 */
export const choosePoints = (
  scenario: Scenario,
  passed: readonly Passed[],
  known: Set<string> = new Set(),
): KillPoint[] =>
  passed.filter(scenario.concerns ?? (() => true)).flatMap((each) => {
    const { wire, label, when, count } = each;
    const weight = weightOf(wire, label);
    if (weight === "none" || (weight === "inside" && when === "before"))
      return [];
    const middle = Math.ceil(count / 2);
    const nths = weight === "heart" && middle > 1 ? [1, middle] : [1];
    return endsOf(wire)
      .filter((service) => scenario.victims.includes(service))
      .flatMap((victim) => {
        const place = [victim, wire, label, when].join(" | ");
        if (weight !== "heart" && known.has(place)) return [];
        known.add(place);
        return nths.map((nth) => ({
          scenario: scenario.name,
          ...{ victim, wire, label, nth, when },
        }));
      });
  });

/**
 * "heart": what makes items or remembers them, tried in every scenario. "step": before and after the first. "inside": a
 * read, or a part of a transaction, which is rolled back wherever it stops; once it was answered is enough.
 */
type Weight = "heart" | "step" | "inside" | "none";

export function weightOf(wire: string, label: string): Weight {
  const [from, end] = wire.split(">");
  switch (end) {
    case "dav":
      return isDavWrite(label) ? "heart" : "inside";
    case "state":
    case "settings":
      return callWeight(label);
    case "queue":
      return QUEUE_EFFECT.test(label) ? "step" : "none";
    case "ams":
      return from === "capture" ? captureWeight(label) : recordsWeight(label);
    default:
      return databaseWeight(label);
  }
}

function callWeight(method: string): Weight {
  // Comes by the clock, in long runs only.
  if (method === "RenewRun") return "none";
  return /^(Commit|AppendChanges)$/.test(method) ? "heart" : "step";
}

/** What BullMQ does by the clock has no part in a run. */
const QUEUE_EFFECT =
  /add_job|move_to_active|move_to_completed|adds a job|move next job|move job from active/;

/** What a transaction is about; its other statements are rolled back like these. */
const PART =
  /^(insert|update|delete) (feed|inbox|link|container|stream|run|credential|announcement)$/;

/** Our own databases. */
function databaseWeight(label: string): Weight {
  if (/^commit (links|feed|intake)$/.test(label)) return "heart";
  if (label.startsWith("commit ")) return label === NOTHING ? "none" : "step";
  if (label.endsWith(" at once")) return "step";
  return PART.test(label) ? "inside" : "none";
}

/** Capture's own session, its slot and its stream. */
function captureWeight(label: string): Weight {
  if (/^(confirm|wal commit)$/.test(label)) return "heart";
  // Its look at the slot comes by the clock as well.
  if (SESSION.test(label) || /pg_current_wal|pg_publication/.test(label))
    return "none";
  return label.startsWith("select") ? "inside" : "step";
}

/** Customers' and appointments' own database, read and written. */
function recordsWeight(label: string): Weight {
  if (SESSION.test(label) || label === NOTHING) return "none";
  return label.startsWith("commit ") ? "heart" : "inside";
}

const SESSION = /^(set|begin|rollback|show|close|call set_config)/;
const NOTHING = "commit of nothing";
