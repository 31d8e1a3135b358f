import { always, notAlways } from "./choose.js";
import { pointText, type KillPoint } from "./kill-point.js";
import { untilRest } from "./rest.js";
import type { Round, Scenario } from "./scenario.js";
import type { Site } from "./site.js";
import type { Passed } from "./tollhouse.js";
import { trailOf, verify, type Tried } from "./verify.js";

const DRY_RUNS = 3;
/** A message whose coming is a matter of time may be missed by chance. */
const ROUNDS = 3;

/** What passed in undisturbed rounds. */
export interface Rehearsed {
  readonly always: readonly Passed[];
  /** In some of them only: by the clock, or by chance. */
  readonly sometimes: readonly Passed[];
}

export async function rehearse(
  site: Site,
  scenario: Scenario,
): Promise<Rehearsed> {
  const rounds: Passed[][] = [];
  for (let run = 0; run < DRY_RUNS; run += 1) {
    const round = await scenario.prepare(site);
    site.tollhouse.clear();
    await round.act();
    await round.complete();
    await untilRest(site, round.arrived);
    rounds.push(site.tollhouse.passed());
    const { trouble } = await found(site, round);
    if (trouble.length > 0)
      throw new Error(
        `"${scenario.name}" fails although nobody was killed: ${trouble.join(" ")}`,
      );
  }
  return { always: always(rounds), sometimes: notAlways(rounds) };
}

/** A round in which the point's victim is killed there and started again at once, as an orchestrator would. */
export async function tryPoint(
  site: Site,
  scenario: Scenario,
  point: KillPoint,
): Promise<Tried> {
  try {
    for (let rounds = 0; rounds < ROUNDS; rounds += 1) {
      const round = await scenario.prepare(site);
      if (!(await killedIn(site, round, point))) continue;
      await round.complete();
      await untilRest(site, round.arrived);
      return await found(site, round);
    }
    return failed("The message of this kill point never passed.", site);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), site);
  } finally {
    site.tollhouse.disarm();
    for (const service of site.stack.services)
      if (!service.running()) await service.restart();
  }
}

async function found(site: Site, round: Round): Promise<Tried> {
  const tried = await verify(site, await round.user());
  const more = (await round.trouble?.()) ?? [];
  return { ...tried, trouble: [...tried.trouble, ...more] };
}

/** @returns whether the message came by before everything was done; if so the victim was killed and runs again */
async function killedIn(
  site: Site,
  round: Round,
  point: KillPoint,
): Promise<boolean> {
  const victim = site.stack.service(point.victim);
  let struck = false;
  let dead: Promise<void> = Promise.resolve();
  const strike = new Promise<void>((resolve) =>
    site.tollhouse.arm(point, () => {
      struck = true;
      // The signal is sent before this returns: what becomes of the message is decided when the process is dead.
      dead = victim.kill9();
      resolve();
    }),
  );
  const rest = round
    .act()
    .then(() => untilRest(site, round.arrived, () => struck));
  await Promise.race([strike, rest]);
  if (struck) {
    await dead;
    await victim.restart();
  }
  // Callers may have waited for the successor.
  await rest;
  return struck;
}

const failed = (text: string, site: Site): Tried => ({
  lost: 0,
  doubled: 0,
  trouble: [text, trailOf(site)],
});

/** So that somebody can repeat it alone. */
export const tellFailure = (
  site: Site,
  point: KillPoint,
  { trouble }: Tried,
): string =>
  `KILL_STORE=${site.store} KILL_POINT="${pointText(point)}"\n  ${trouble.join("\n  ")}`;
