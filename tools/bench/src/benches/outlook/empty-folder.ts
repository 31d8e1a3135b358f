import { setTimeout } from "node:timers/promises";
import type { BenchContext } from "../../bench.js";
import { atMost, compared, measured, type Result } from "../../result.js";
import {
  openContacts,
  type ContactsOffice,
} from "../../sync/contacts-office.js";
import { poll, runsSince } from "../../sync/runs.js";
import { activeUsers } from "./active-users.js";
import { BareGraph } from "./bare-graph.js";
import type { GraphProcess } from "./graph-process.js";

const CONTACTS = 1_000;
const MOST_REQUESTS = 60;

/** One run of each, in turn. */
interface Pair {
  readonly firstSeconds: number;
  readonly firstRequests: number;
  readonly bareSeconds: number;
  readonly idleMs: number;
  readonly idleRequests: number;
  readonly bareIdleMs: number;
  readonly throttled: number;
}

/** 1,000 contacts into an empty folder, and then a run with nothing to do. */
export async function emptyFolder(
  context: BenchContext,
  graph: GraphProcess,
): Promise<readonly Result[]> {
  const { pairs, say } = context;
  const office = await openContacts(context, {
    contacts: CONTACTS,
    users: pairs + 2,
    outlook: graph,
  });
  const done: Pair[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const one = await onePair(context, office, graph, pair);
    done.push(one);
    say(
      `${CONTACTS} contacts: ${one.firstSeconds.toFixed(1)} s with ${one.firstRequests} requests, bare batches ${one.bareSeconds.toFixed(1)} s; nothing to do: ${one.idleMs.toFixed(0)} ms with ${one.idleRequests} requests, bare delta ${one.bareIdleMs.toFixed(0)} ms; refused with 429: ${one.throttled}`,
    );
  }
  await office.stop();
  return results(done);
}

async function onePair(
  { signal }: BenchContext,
  office: ContactsOffice,
  graph: GraphProcess,
  pair: number,
): Promise<Pair> {
  const [ours, theirs] = [
    `user${pair}@bench.example`,
    `bare${pair}@bench.example`,
  ];
  const [login] = await graph.logins([ours, theirs]);
  if (!login) throw new Error("There is no mailbox.");
  await graph.reset();
  // The embedded database is on this machine and has its clock.
  const begun = Date.now();
  const accountId = await office.save(activeUsers(office)[pair] ?? 0, login);
  const firstSeconds = ((await office.synchronised(accountId)) - begun) / 1_000;
  const first = await graph.counts();
  const contacts = await graph.contacts(ours);
  const places = new Set(contacts.map(({ folder }) => folder));
  if (contacts.length !== CONTACTS || places.size !== 1)
    throw new Error(
      `${contacts.length} of ${CONTACTS} contacts arrived, in ${places.size} folders.`,
    );

  const bare = await BareGraph.open(graph);
  const bareBegun = performance.now();
  const folder = await bare.createAll(theirs, contacts);
  const bareSeconds = (performance.now() - bareBegun) / 1_000;
  const link = await bare.deltaLink(theirs, folder);
  const deltaBegun = performance.now();
  await bare.delta(link);
  const bareIdleMs = performance.now() - deltaBegun;
  await bare.close();

  const ask = async () => {
    const moment = await poll(office, accountId);
    return runsSince(office, accountId, moment, () => true, signal);
  };
  // Its own writes come back as changes once.
  await ask();
  await graph.reset();
  const { ms: idleMs } = await ask();
  // What is still on its way is counted, too.
  await setTimeout(SETTLE_MS);
  const idle = await graph.counts();
  return {
    ...{ firstSeconds, firstRequests: first.http, bareSeconds },
    ...{ idleMs, idleRequests: idle.http, bareIdleMs },
    throttled: first.throttled + idle.throttled,
  };
}

const SETTLE_MS = 500;

function results(pairs: readonly Pair[]): readonly Result[] {
  const of = (name: keyof Pair) => pairs.map((pair) => pair[name]);
  const first = `${CONTACTS} contacts into an empty folder`;
  return [
    measured({
      metric: `${first}: HTTP requests`,
      unit: "requests",
      values: of("firstRequests"),
      target: atMost(MOST_REQUESTS),
    }),
    measured({
      metric: `${first}, and nothing to do: refused with 429`,
      unit: "operations",
      values: [Math.max(...of("throttled"))],
      target: atMost(0),
    }),
    compared({
      metric: first,
      unit: "contacts/s",
      ours: of("firstSeconds").map((seconds) => CONTACTS / seconds),
      yardstick: "bare batches of 20, one at a time",
      theirs: of("bareSeconds").map((seconds) => CONTACTS / seconds),
    }),
    measured({
      metric: "nothing to do: HTTP requests",
      unit: "per folder",
      values: of("idleRequests"),
      target: atMost(1),
    }),
    compared({
      metric: "nothing to do",
      unit: "ms",
      ours: of("idleMs"),
      yardstick: "a bare delta request",
      theirs: of("bareIdleMs"),
    }),
  ];
}
