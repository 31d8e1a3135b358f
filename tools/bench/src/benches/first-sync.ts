import { DAVICAL_PROGRAM } from "@ams-sync/testing";
import type { Bench, BenchContext } from "../bench.js";
import { atLeast, compared, type Result, type Target } from "../result.js";
import type { Card } from "../sync/bare-dav.js";
import { bareLoop, bestConcurrency, TRIALS } from "../sync/bare-loop.js";
import { cardsOf } from "../sync/cards.js";
import { peerWith } from "../sync/peer.js";
import { openContacts, type ContactsOffice } from "../sync/contacts-office.js";
import {
  davical,
  radicale,
  type ContestServer,
} from "../sync/contest-server.js";
import { VDIRSYNCER } from "../vdirsyncer.js";

const LEAST_OF_BARE = 0.85;
const LEAST_OF_PEER = 1.5;

export const firstSync: Bench = {
  name: "first-sync",
  title: "all contacts into an empty address book, from saving the account",
  needs: [
    { program: "radicale", debianPackage: "radicale" },
    DAVICAL_PROGRAM,
    VDIRSYNCER,
  ],
  run: async (context) => [
    // Nobody is much faster than another on Radicale: the peer is shown once there, and compared on the other one.
    ...(await contest(context, radicale, { contacts: 1_000, peerRuns: 1 })),
    ...(await contest(context, davical, {
      contacts: 300,
      peerRuns: context.pairs,
      peer: atLeast(LEAST_OF_PEER),
    })),
  ],
};

interface Size {
  readonly contacts: number;
  readonly peerRuns: number;
  readonly peer?: Target;
}

/** Seconds, the peer's without its start. */
interface Times {
  readonly ours: number[];
  readonly bare: number[];
  readonly peer: number[];
}

async function contest(
  context: BenchContext,
  start: (context: BenchContext, users: number) => Promise<ContestServer>,
  { contacts, peerRuns, peer }: Size,
): Promise<readonly Result[]> {
  const { pairs, say } = context;
  const server = await start(context, 2 * pairs + peerRuns + TRIALS);
  const office = await openContacts(context, { contacts, users: pairs });
  const ours = async (pair: number) =>
    times.ours.push((await firstRun(office, server, pair, contacts)).seconds);
  const times: Times = { ours: [], bare: [], peer: [] };
  const first = await firstRun(office, server, 0, contacts);
  times.ours.push(first.seconds);
  const { cards } = first;
  const concurrency = await bestConcurrency(server, cards, context);
  for (let pair = 0; pair < pairs; pair += 1) {
    const bare = async () =>
      times.bare.push(await bareLoop(server, cards, concurrency));
    const theirs = async () => {
      if (pair >= peerRuns) return;
      const { pair: peer } = await peerWith(context, server, cards);
      const start = await peer.start();
      times.peer.push((await peer.sync()) - start);
    };
    // The cards of all are the product's, so its first run comes before everything; then who begins takes turns.
    const turns =
      pair % 2 === 0
        ? [() => ours(pair), bare, theirs]
        : [theirs, bare, () => ours(pair)];
    for (const turn of pair === 0 ? turns.slice(1) : turns) await turn();
    const [mine, loop, other] = [times.ours, times.bare, times.peer].map(
      (seconds) => seconds[pair]?.toFixed(1),
    );
    say(
      `${server.name}, ${contacts} contacts: ${mine} s, bare loop ${loop} s, vdirsyncer ${other ?? "–"} s net`,
    );
  }
  await office.stop();
  const rate = (seconds: readonly number[]) =>
    seconds.map((each) => contacts / each);
  const figure = {
    metric: `${server.name}, ${contacts} contacts`,
    unit: "contacts/s",
  };
  return [
    compared({
      ...figure,
      ours: rate(times.ours),
      yardstick: `bare PUTs, ${concurrency} at a time, and a listing`,
      theirs: rate(times.bare),
      target: atLeast(LEAST_OF_BARE),
    }),
    compared({
      ...figure,
      ours: rate(times.ours.slice(0, peerRuns)),
      yardstick: "vdirsyncer less its start",
      theirs: rate(times.peer),
      ...(peer && { target: peer }),
    }),
  ];
}

/** From saving the account until state says that nothing is left to do. */
async function firstRun(
  office: ContactsOffice,
  server: ContestServer,
  user: number,
  contacts: number,
): Promise<{ readonly seconds: number; readonly cards: readonly Card[] }> {
  const login = server.nextLogin();
  // The embedded database is on this machine and has its clock.
  const begun = Date.now();
  const accountId = await office.save(user, login);
  const seconds = ((await office.synchronised(accountId)) - begun) / 1_000;
  const cards = await cardsOf(login);
  if (cards.length !== contacts)
    throw new Error(`${cards.length} of ${contacts} contacts arrived.`);
  return { seconds, cards };
}
