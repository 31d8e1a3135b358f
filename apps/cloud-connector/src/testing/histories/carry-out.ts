import { ConnectorError } from "@ams-sync/connector-kit";
import { Mortality } from "@ams-sync/connector-kit/memory";
import { decide } from "./decide.js";
import { happen } from "./happen.js";
import type { Party } from "./party.js";
import { Stall } from "./stall.js";
import type { Running, Step } from "./steps.js";
import type { HistoryWorld } from "./world.js";

const MINUTE_MS = 60_000;
/** How long a write that was begun is looked for. */
const WAITED_FOR_MS = 15 * MINUTE_MS;

export const carryOut = async (
  world: HistoryWorld,
  one: Step,
): Promise<void> => {
  switch (one.kind) {
    case "thing":
      return happen(world, one.step);
    case "decision":
      return decide(world, one.step);
    case "running":
      return goOn(world, one.step);
  }
};

const goOn = async (world: HistoryWorld, one: Running): Promise<void> => {
  switch (one.do) {
    case "run": {
      const party = world.party(one.who);
      world.poll(party);
      await world.run(party);
      break;
    }
    case "jobs":
      // Several at once of one account, and of both.
      for (const party of one.order.map((who) => world.party(who)))
        world.poll(party);
      await Promise.all(one.order.map((who) => world.run(world.party(who))));
      break;
    case "die": {
      const party = world.party(one.who);
      world.poll(party);
      const doomed = new Mortality(one.call, one.when);
      await Promise.race([doomed.death, world.run(party, doomed)]);
      party.end(doomed);
      await world.clock.advance(MINUTE_MS + 1);
      break;
    }
    case "stall": {
      const party = world.party(one.who);
      world.poll(party);
      const stalled = new Stall(one.call);
      const run = world.run(party, stalled);
      const over = await Promise.race([
        stalled.still.then(() => false),
        run.then(() => true),
      ]);
      if (!over) {
        const since = world.clock.epoch();
        world.zombies.push({ party, since, run, wake: stalled.wake });
        await world.clock.advance(MINUTE_MS + 1);
      }
      break;
    }
    case "wake":
      await wake(world);
      break;
    case "fault":
      await fault(world, one);
      break;
    case "meanwhile": {
      const party = world.party(one.who);
      let left = one.request;
      await heard(world, party, () => {
        left -= 1;
        if (left === 0) happen(world, one.thing);
        return undefined;
      });
      break;
    }
    case "partial": {
      const party = world.party(one.who);
      party.server.omits = one.every;
      world.poll(party);
      await world.run(party);
      party.server.omits = 0;
      break;
    }
    case "void":
      world.party(one.who).server.voidTokens();
      break;
    case "arrive":
      world.party(one.who).server.arrive();
      break;
    case "tell":
      world.tell(one.again);
      break;
    case "look-again":
      world.state.wantAll(world.party(one.who).key.accountId);
      break;
    case "time":
      // What is under way arrives within the quarter of an hour that it is waited for.
      for (const party of world.parties) party.server.arrive();
      await world.clock.advance(one.minutes * MINUTE_MS + 1);
      break;
  }
};

/** Runs that stood still go on: their leases are long over. */
export const wake = async (world: HistoryWorld): Promise<void> => {
  for (const zombie of world.zombies.splice(0)) {
    const { party, run, since, wake: goOn } = zombie;
    const { server } = party;
    server.overdue = world.clock.epoch() - since > WAITED_FOR_MS;
    goOn();
    await run;
    server.overdue = false;
  }
};

const heard = async (
  world: HistoryWorld,
  party: Party,
  ear: Party["server"]["ear"],
): Promise<void> => {
  party.server.ear = ear;
  world.poll(party);
  await world.run(party);
  party.server.ear = () => undefined;
};

const WRITES = new Set(["create", "update", "delete"]);

/** What a server may answer with, and to what. */
const fault = (
  world: HistoryWorld,
  { who, request, times, kind, when }: Extract<Running, { do: "fault" }>,
): Promise<void> => {
  let seen = 0;
  return heard(world, world.party(who), (operation) => {
    const write = WRITES.has(operation);
    // These are refusals of one operation, and nothing was done.
    if (kind === "precondition" && operation !== "update") return undefined;
    if (kind === "token-expired" && operation !== "changes") return undefined;
    if (kind === "gone" && operation !== "changes") return undefined;
    if (kind === "rejected" && operation === "open") return undefined;
    seen += 1;
    if (seen < request || seen >= request + times) return undefined;
    const error = new ConnectorError(kind, "Fault.");
    const passing = kind === "transient" || kind === "throttled";
    return { error, when: passing && write ? when : "before" };
  });
};
