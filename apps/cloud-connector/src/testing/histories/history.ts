import * as fc from "fast-check";
import { carryOut } from "./carry-out.js";
import { faultsOf } from "./oracle.js";
import { settings, step } from "./steps.js";
import type { Step } from "./steps.js";
import { HistoryWorld } from "./world.js";
import type { Setting } from "./world.js";

/** What the model knows of the real thing: all that is wrong is seen by those who watch it. */
interface Known {
  steps: number;
}

class Command implements fc.AsyncCommand<Known, HistoryWorld> {
  constructor(readonly step: Step) {}

  check(): boolean {
    return true;
  }

  async run(known: Known, world: HistoryWorld): Promise<void> {
    known.steps += 1;
    await carryOut(world, this.step);
    world.watch.links();
    stopAt(world.watch.faults);
  }

  toString(): string {
    return JSON.stringify(this.step);
  }
}

const stopAt = (faults: readonly string[]): void => {
  if (faults.length > 0) throw new Error(faults.join("\n"));
};

/** A history as data: what was found once is told again so. */
export interface Told {
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

/** @throws what is wrong, at the step where it shows */
export const tell = async ({ setting, steps }: Told): Promise<HistoryWorld> => {
  const world = new HistoryWorld(setting);
  const known: Known = { steps: 0 };
  for (const one of steps) await new Command(one).run(known, world);
  stopAt(await faultsOf(world));
  return world;
};

const MAX_STEPS = 30;
/** So long no history takes: it hangs. */
const TIMEOUT_MS = 120_000;

/** Tells so many; the first that goes wrong is shortened and shown. */
export const histories = (numRuns: number, seed: number): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      settings,
      fc.commands([step.map((one) => new Command(one))], {
        maxCommands: MAX_STEPS,
        size: "max",
      }),
      async (setting, commands) => {
        const world = new HistoryWorld(setting);
        await fc.asyncModelRun(
          () => ({ model: { steps: 0 }, real: world }),
          commands,
        );
        stopAt(await faultsOf(world));
      },
    ),
    { numRuns, seed, timeout: TIMEOUT_MS },
  );

/** A few, always the same. */
export const samples = (count: number, seed: number): readonly Told[] =>
  fc.sample(
    fc.record({
      setting: settings,
      steps: fc.array(step, { minLength: 15, maxLength: MAX_STEPS }),
    }),
    { numRuns: count, seed },
  );

/** What is left of a history on all sides. */
export const remains = ({ ams, parties }: HistoryWorld): string =>
  JSON.stringify([
    [...ams.records],
    parties.map(({ server }) => [...server.items]),
  ]);
