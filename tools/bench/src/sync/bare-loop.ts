import type { BenchContext } from "../bench.js";
import { BareDav, type Card } from "./bare-dav.js";
import type { ContestServer } from "./contest-server.js";

const CONCURRENCIES = [1, 2, 4, 8, 16];
/** Enough to tell them apart; servers slow down as a collection grows, and all trials are of one size. */
const TRIAL_CARDS = 200;
const ROUNDS = 2;

/** Seconds for all cards into an empty address book and a listing of it. */
export async function bareLoop(
  server: ContestServer,
  cards: readonly Card[],
  concurrency: number,
): Promise<number> {
  const login = server.nextLogin();
  const book = await server.makeBook(login);
  const dav = new BareDav(login);
  const begun = performance.now();
  await dav.putAll(book, cards, concurrency);
  await dav.list(book);
  const seconds = (performance.now() - begun) / 1_000;
  await dav.close();
  return seconds;
}

/** Tries how many requests at a time the server answers fastest; a hiccup must not decide, so the better of two counts. */
export async function bestConcurrency(
  server: ContestServer,
  cards: readonly Card[],
  { say }: BenchContext,
): Promise<number> {
  const some = cards.slice(0, TRIAL_CARDS);
  const best = new Map<number, number>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const concurrency of CONCURRENCIES)
      best.set(
        concurrency,
        Math.min(
          best.get(concurrency) ?? Infinity,
          await bareLoop(server, some, concurrency),
        ),
      );
  for (const [concurrency, seconds] of best)
    say(
      `${server.name}: ${Math.round(some.length / seconds)} PUT/s, ${concurrency} at a time`,
    );
  const [fastest] = [...best].toSorted(([, a], [, b]) => a - b);
  return fastest?.[0] ?? 1;
}

/** Address books that it needs. */
export const TRIALS = ROUNDS * CONCURRENCIES.length;
