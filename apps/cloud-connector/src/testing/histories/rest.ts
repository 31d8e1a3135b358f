import { wake } from "./carry-out.js";
import { approve } from "./decide.js";
import type { HistoryWorld } from "./world.js";

const ROUND_MS = 25 * 3_600_000;
const ROUNDS = 14;
/** So often nobody is asked about the same things. */
const MOST_ASKED = 30;

/** All that was on its way arrives, everything is told, and nothing happens any more but runs. */
export const rest = async (world: HistoryWorld): Promise<void> => {
  await wake(world);
  world.tell();
  for (const { server } of world.parties) {
    server.arrive();
    // What a listing left out no token shows.
    if (server.hidden) server.voidTokens();
  }
  // A look at what may still arrive, in growing distances; then a day at a time, for what was refused.
  for (const minutes of [1, 2, 5, 10, 20, 40]) {
    await world.clock.advance(minutes * 60_000 + 1);
    await runs(world);
  }
  let before = "";
  for (let round = 0; round < ROUNDS; round += 1) {
    await world.clock.advance(ROUND_MS);
    // The daily audit: what a left item waits for is no announcement of that item.
    for (const { key } of world.parties) world.state.wantAll(key.accountId);
    await runs(world);
    const now = fingerprint(world);
    if (now === before) return;
    before = now;
  }
  throw new Error(`After ${ROUNDS} days it still changes.`);
};

const runs = async (world: HistoryWorld): Promise<void> => {
  for (let held = 1, asked = 0; held > 0; asked += 1) {
    if (asked > MOST_ASKED) throw new Error("What is approved is held again.");
    held = 0;
    for (const party of world.parties) {
      world.poll(party);
      await world.settle(party);
    }
    for (const party of world.parties) held += approve(world, party);
  }
};

/** Writes anywhere so far. */
export const writesOf = ({ parties, ams }: HistoryWorld): readonly string[] => [
  ...parties.map(
    ({ userId, server }) => `server of user ${userId}: ${server.writes}`,
  ),
  ...[...ams.records].map(([key, { rowVersion }]) => `${key} ${rowVersion}`),
];

const fingerprint = (world: HistoryWorld): string =>
  JSON.stringify([
    writesOf(world),
    ...world.parties.map((party) =>
      (["contacts", "appointments"] as const).map((kind) => {
        const { links, questions, pending } = world.stream(party, kind);
        return [
          pending,
          questions.held.length,
          [...links.values()].map(({ itemId, hash, lost, itemVersion }) => [
            ...[itemId, hash, lost, itemVersion],
          ]),
          [...questions.unlinked.keys()],
        ];
      }),
    ),
  ]);
