import type { Fields, StreamKind } from "@ams-sync/sync-core";
import { recordOfUid } from "../../identity.js";
import type { Link } from "../../outcome.js";
import { changed, filled } from "./watch.js";
import { STREAMS, type HistoryWorld } from "./world.js";

const DAY_MS = 25 * 3_600_000;
const DAYS = 14;

/** What is not as it should be once everything has come to rest; empty: all is well. */
export async function faultsOf(
  world: HistoryWorld,
): Promise<readonly string[]> {
  world.place.mishaps.clear();
  await world.startAnew();
  await rest(world);
  const faults = [
    ...STREAMS.flatMap((stream) => faultsIn(world, stream)),
    ...world.entered.faults(),
  ];
  const before = world.watch.effects;
  world.place.voidTokens();
  world.state.wantAll(world.key.accountId);
  world.poll();
  await world.settle();
  if (world.watch.effects > before)
    faults.push(`A further run writes ${world.watch.effects - before} times.`);
  return [...world.watch.faults, ...faults];
}

/** Days pass in which nothing happens but runs, until they change nothing any more. */
export async function rest(world: HistoryWorld): Promise<void> {
  let before = "";
  for (let day = 0; day < DAYS; day += 1) {
    await world.clock.advance(day === 0 ? 3_600_000 : DAY_MS);
    if (day > 0) world.state.wantAll(world.key.accountId);
    world.poll();
    await world.settle();
    const now = fingerprint(world);
    if (day > 0 && now === before) return;
    before = now;
  }
  throw new Error(`After ${DAYS} days it still changes.`);
}

const fingerprint = (world: HistoryWorld): string =>
  JSON.stringify([
    world.watch.effects,
    ...STREAMS.map((kind) => {
      const { links, questions, pending } = world.stream(kind);
      return [
        pending,
        [...links.values()].map(({ itemId, hash, lost, itemVersion }) => [
          ...[itemId, hash, lost, itemVersion],
        ]),
        [...questions.unlinked.keys()],
      ];
    }),
  ]);

/** A loss that no token tells is seen where the item is read: because its record has changed, or its version is unknown. */
const mayNotKnow = (
  { watch }: HistoryWorld,
  link: Link,
  here: Fields,
): boolean =>
  watch.unseen.has(link.itemId) &&
  link.itemVersion !== undefined &&
  changed(here, JSON.parse(link.fields || "{}") as Fields).length === 0;

/** Only people can say. */
const QUESTIONS = new Set(["several-items"]);

function faultsIn(world: HistoryWorld, kind: StreamKind): string[] {
  const faults: string[] = [];
  const { links, questions, setAside, pending } = world.stream(kind);
  const aside = new Map(setAside.map(({ key, code }) => [key, code]));
  const items = new Map(
    world.place.items(kind).map((item) => [item.id, item] as const),
  );
  if (pending > 0) faults.push(`${kind}: ${pending} entries wait`);
  for (const [key, record] of world.ams.records) {
    if ((record.kind === "appointment") !== (kind === "appointments")) continue;
    const link = links.get(key);
    const code = aside.get(`ams:${key}`);
    if (!link) {
      if (!QUESTIONS.has(code ?? ""))
        faults.push(`${key} has no item (${code})`);
      continue;
    }
    const item = items.get(link.itemId);
    const here = filled(record.values);
    if (link.lost && item) faults.push(`${key}: its item is there, and lost`);
    if (!item) {
      if (!link.lost && !mayNotKnow(world, link, here))
        faults.push(`${key}: its item is gone, and nobody knows`);
      continue;
    }
    for (const name of changed(here, item.fields))
      faults.push(
        `${key}: ${name} is "${here[name]}" here, "${item.fields[name]}" there (${code})`,
      );
  }
  for (const [key] of links)
    if (!world.ams.records.has(key)) faults.push(`${key}: linked, not in ams`);
  for (const { id, uid = "" } of items.values()) {
    const of = [...links.values()].filter(({ itemId }) => itemId === id);
    if (of.length > 1) faults.push(`${id} has ${of.length} records`);
    if (of.length > 0) continue;
    const own = recordOfUid(world.key.tenantId, uid);
    const left = questions.unlinked.get(id)?.reason;
    const code = aside.get(`remote:${id}`);
    if (own && !world.foreign.has(id))
      faults.push(`${id} is a second item of ${own.kind}/${own.id} (${left})`);
    else if (left === undefined && code === undefined)
      faults.push(`${id} is forgotten`);
  }
  return faults;
}
