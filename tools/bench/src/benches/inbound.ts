import { DAVICAL_PROGRAM } from "@ams-sync/testing";
import type { Bench, BenchContext } from "../bench.js";
import { atMost, compared, measured, type Result } from "../result.js";
import {
  davical,
  radicale,
  type ContestServer,
} from "../sync/contest-server.js";
import { VDIRSYNCER } from "../vdirsyncer.js";
import { changeCards } from "./inbound/change-cards.js";
import { numbersInAms, pull } from "./inbound/pull.js";
import { twoBooks, type TwoBooks } from "./inbound/two-books.js";

/** Pulling takes no longer than with a program that only stores what it reads. */
const MOST_OF_PEER = 1;

export const inbound: Bench = {
  name: "inbound",
  title:
    "a phone number changed in every card on the server, until it is in ams",
  needs: [
    { program: "radicale", debianPackage: "radicale" },
    DAVICAL_PROGRAM,
    VDIRSYNCER,
  ],
  run: async (context) => [
    ...(await onServer(context, radicale, 1_000)),
    ...(await onServer(context, davical, 300)),
  ],
};

/** ms, the peer's without its start. */
interface Pair {
  readonly ms: number;
  readonly requests: number;
  readonly peerMs: number;
}

async function onServer(
  context: BenchContext,
  start: (context: BenchContext, users: number) => Promise<ContestServer>,
  contacts: number,
): Promise<readonly Result[]> {
  const server = await start(context, 2);
  const books = await twoBooks(context, server, contacts);
  const pairs: Pair[] = [];
  for (let pair = 0; pair < context.pairs; pair += 1)
    pairs.push(await onePair(books, pair, context));
  await books.office.stop();
  return results(`${server.name}, ${contacts} cards`, pairs);
}

async function onePair(
  books: TwoBooks,
  pair: number,
  context: BenchContext,
): Promise<Pair> {
  const { office, accountId, contacts, ours, theirs, peer } = books;
  const numberOf = (at: number) =>
    `+49 160 ${pair}${String(at).padStart(6, "0")}`;
  const taken = { ms: NaN, requests: NaN };
  const we = async () => {
    const numbers = await changeCards(ours, numberOf);
    Object.assign(taken, await pull(office, accountId, contacts, context));
    const there = await numbersInAms(office, numbers);
    if (there !== contacts)
      throw new Error(`${there} of ${contacts} numbers arrived in ams.`);
  };
  let peerMs = NaN;
  const they = async () => {
    await changeCards(theirs, numberOf);
    const net = (await peer.sync()) - (await peer.start());
    peerMs = net * 1_000;
    await peer.holds(numberOf);
  };
  for (const turn of pair % 2 === 0 ? [we, they] : [they, we]) await turn();
  context.say(
    `${contacts} cards: ${taken.ms.toFixed(0)} ms with ${taken.requests} requests, vdirsyncer ${peerMs.toFixed(0)} ms net`,
  );
  return { ...taken, peerMs };
}

const results = (name: string, pairs: readonly Pair[]): readonly Result[] => [
  compared({
    metric: `${name}, until they are in ams`,
    unit: "ms",
    ours: pairs.map(({ ms }) => ms),
    yardstick: "vdirsyncer pulling the same, less its start",
    theirs: pairs.map(({ peerMs }) => peerMs),
    target: atMost(MOST_OF_PEER),
  }),
  measured({
    metric: `${name}, requests`,
    unit: "per collection",
    values: pairs.map(({ requests }) => requests),
  }),
];
