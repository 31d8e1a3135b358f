import type { ConnectedUser } from "@ams-sync/proof";
import type { ServiceName } from "@ams-sync/stack";
import type { Site } from "./site.js";
import type { Passed } from "./tollhouse.js";

/** Something that goes on at a site, again and again, while processes are killed. */
export interface Scenario {
  readonly name: string;
  /** Services that have a part in it. */
  readonly victims: readonly ServiceName[];
  /** Which messages are its own; default: all that pass. */
  readonly concerns?: (passed: Passed) => boolean;
  /** Gets everything ready that is not to be disturbed yet. */
  prepare(site: Site): Promise<Round>;
}

/** One time that a scenario happens. */
export interface Round {
  /** Sets it off; calls that a killed service leaves unanswered are no failure. */
  act(): Promise<void>;
  /** What somebody would do again whose call was not answered. Everything runs again by then. */
  complete(): Promise<void>;
  /** All of it is in state, so that rest means that it is done. */
  arrived(): Promise<boolean>;
  /** What else does not hold in the end, in words. */
  trouble?(): Promise<readonly string[]>;
  /** Whose collections must be exact in the end. */
  user(): Promise<ConnectedUser>;
}
