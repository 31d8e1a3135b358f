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
  const first = await firstRun(office, server, 0, contacts);
  const { cards } = first;
  const concurrency = await bestConcurrency(server, cards, context);
  const times: Times = { ours: [first.seconds], bare: [], peer: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    if (pair > 0)
      times.ours.push((await firstRun(office, server, pair, contacts)).seconds);
    times.bare.push(await bareLoop(server, cards, concurrency));
    if (pair < peerRuns)
      times.peer.push(await (await peerWith(context, server, cards)).sync());
    const [ours, bare, theirs] = [times.ours, times.bare, times.peer].map(
      (seconds) => seconds[pair]?.toFixed(1),
    );
    say(
      `${server.name}, ${contacts} contacts: ${ours} s, bare loop ${bare} s, vdirsyncer ${theirs ?? "–"} s`,
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
      yardstick: "vdirsyncer",
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
  const begun = performance.now();
  const accountId = await office.save(user, login);
  await office.synchronised(accountId);
  const seconds = (performance.now() - begun) / 1_000;
  const cards = await cardsOf(login);
  if (cards.length !== contacts)
    throw new Error(`${cards.length} of ${contacts} contacts arrived.`);
  return { seconds, cards };
}
