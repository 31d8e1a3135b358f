import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, BenchContext } from "../bench.js";
import { atMost, compared, measured, type Result } from "../result.js";
import { BareDav, type Card } from "../sync/bare-dav.js";
import { cardsOf, ownBook } from "../sync/cards.js";
import { openContacts, type ContactsOffice } from "../sync/contacts-office.js";
import { radicale } from "../sync/contest-server.js";
import { peerWith } from "../sync/peer.js";
import {
  makePollDue,
  momentOf,
  poll,
  runsSince,
  type Done,
} from "../sync/runs.js";
import { VDIRSYNCER, type VdirsyncerPair } from "../vdirsyncer.js";

const CONTACTS = 1_000;
const CHANGED = 10;
const MOST_OF_PEER = 0.5;

export const noChange: Bench = {
  name: "no-change",
  title: `a run over ${CONTACTS} synchronised contacts with nothing to do, and with ${CHANGED} changed`,
  needs: [{ program: "radicale", debianPackage: "radicale" }, VDIRSYNCER],
  run: async (context) => {
    const world = await synchronised(context);
    const pairs: Pair[] = [];
    for (let pair = 0; pair < context.pairs; pair += 1)
      pairs.push(await onePair(world, pair, context));
    return results(pairs);
  },
};

interface World {
  readonly office: ContactsOffice;
  readonly accountId: string;
  readonly cards: readonly Card[];
  readonly peer: VdirsyncerPair;
  readonly bare: BareDav;
  readonly book: string;
}

/** ms, the peer's without its start. */
interface Pair {
  readonly idle: Done;
  readonly changed: Done;
  readonly bareMs: number;
  readonly peerIdleMs: number;
  readonly peerChangedMs: number;
}

/** Ours and the peer with a collection of their own each, filled by themselves. */
async function synchronised(context: BenchContext): Promise<World> {
  const { say, undo } = context;
  const server = await radicale(context, 2);
  const office = await openContacts(context, { contacts: CONTACTS, users: 1 });
  const login = server.nextLogin();
  say(`Synchronising ${CONTACTS} contacts …`);
  const accountId = await office.save(0, login);
  await office.synchronised(accountId);
  const cards = await cardsOf(login);
  const { pair: peer } = await peerWith(context, server, cards);
  say("The same with vdirsyncer …");
  await peer.sync();
  const bare = new BareDav(login);
  undo(() => bare.close());
  const book = await ownBook(login);
  const world = { office, accountId, cards, peer, bare, book };
  // Its own writes come back as changes once, to either.
  await nothing(world, context);
  await peer.sync();
  return world;
}

async function onePair(
  world: World,
  pair: number,
  context: BenchContext,
): Promise<Pair> {
  const { peer, bare, book } = world;
  const idle = await nothing(world, context);
  const token = await bare.changes(book, "");
  const bareBegun = performance.now();
  await bare.changes(book, token);
  const bareMs = performance.now() - bareBegun;
  const start = await peer.start();
  const peerIdleMs = ((await peer.sync()) - start) * 1_000;

  const changed = await changeSome(world, pair, context);
  await nothing(world, context);
  await changeFiles(world, pair);
  const peerChangedMs = ((await peer.sync()) - (await peer.start())) * 1_000;
  await peer.sync();
  const figures = { idle, changed, bareMs, peerIdleMs, peerChangedMs };
  context.say(
    `Nothing to do: ${idle.ms.toFixed(0)} ms with ${idle.requests} requests, bare REPORT ${bareMs.toFixed(0)} ms, vdirsyncer ${peerIdleMs.toFixed(0)} ms net; ${CHANGED} changed: ${changed.ms.toFixed(0)} ms with ${changed.requests} requests, vdirsyncer ${peerChangedMs.toFixed(0)} ms net`,
  );
  return figures;
}

/** From the wake-up to the end of the run. */
async function nothing(
  { office, accountId }: World,
  { signal }: BenchContext,
): Promise<Done> {
  const moment = await poll(office, accountId);
  return runsSince(office, accountId, moment, () => true, signal);
}

/** From the commit in ams to the end of the run that has sent all and asked what is new there. */
async function changeSome(
  { office, accountId }: World,
  pair: number,
  { signal }: BenchContext,
): Promise<Done> {
  await makePollDue(office, accountId);
  const moment = await momentOf(office);
  await office.ams.query(
    `update ams.customer set mobile = $2 where tenant_id = $1 and customer_id in (
       select customer_id from ams.customer where tenant_id = $1 order by customer_id offset $3 limit $4)`,
    [office.tenantId, `+49 170 55 ${pair}`, pair * CHANGED, CHANGED],
  );
  return runsSince(
    office,
    accountId,
    moment,
    ({ updated }) => updated >= CHANGED,
    signal,
  );
}

async function changeFiles(
  { cards, peer }: World,
  pair: number,
): Promise<void> {
  const some = cards.slice(pair * CHANGED, (pair + 1) * CHANGED);
  for (const { name, text } of some)
    await writeFile(
      join(peer.items, name),
      text.replace("END:VCARD", `NOTE:geändert ${pair}\r\nEND:VCARD`),
    );
}

function results(pairs: readonly Pair[]): readonly Result[] {
  const idle = pairs.map(({ idle }) => idle.ms);
  const changed = pairs.map(({ changed }) => changed.ms);
  const ours = { metric: "nothing to do", unit: "ms", ours: idle };
  return [
    compared({
      ...ours,
      yardstick: "vdirsyncer less its start",
      theirs: pairs.map(({ peerIdleMs }) => peerIdleMs),
      target: atMost(MOST_OF_PEER),
    }),
    compared({
      ...ours,
      yardstick: "a bare REPORT sync-collection",
      theirs: pairs.map(({ bareMs }) => bareMs),
    }),
    compared({
      metric: `${CHANGED} changed`,
      unit: "ms",
      ours: changed,
      yardstick: "vdirsyncer less its start",
      theirs: pairs.map(({ peerChangedMs }) => peerChangedMs),
      target: atMost(MOST_OF_PEER),
    }),
    measured({
      metric: "requests with nothing to do",
      unit: "per collection",
      values: pairs.map(({ idle }) => idle.requests),
      target: atMost(1),
    }),
    measured({
      metric: `requests with ${CHANGED} changed`,
      unit: "per collection",
      values: pairs.map(({ changed }) => changed.requests),
    }),
  ];
}
