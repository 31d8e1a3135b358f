import type { Entry, Result } from "@ams-sync/connector-kit";
import fc from "fast-check";
import { Model, Service, type Side } from "./model-sides.js";
import { nameOf, outcomeOf, step, type Step } from "./model-steps.js";
import type { StateUnderTest } from "./state-under-test.js";

const KINDS = ["customer"] as const;

const told = (entry: Entry) => ({
  ...{ side: entry.side, name: nameOf(entry), attempts: entry.attempts },
  ...{
    sent: entry.sent,
    intent: entry.intent,
    fields: entry.intentFields ?? [],
    released: entry.released,
    previewed: entry.previewed,
  },
  gone: entry.side === "ams" ? entry.tombstone : entry.gone,
  ...(entry.side === "ams"
    ? { restore: entry.restore }
    : {
        ...{ decision: entry.decision, version: entry.itemVersion },
        appeared: entry.appearedAt !== undefined,
      }),
  link: entry.link && [
    ...[entry.link.recordId, entry.link.itemId, entry.link.lost],
    entry.link.hash,
  ],
});

const take = async (side: Side, next: Step): Promise<unknown> => {
  const { run } = side;
  switch (next.do) {
    case "change":
      await side.append(next.ids, next.deleted);
      await side.state.takeIn(run, "contacts", KINDS);
      break;
    case "announce":
      await side.announce(next);
      break;
    case "work": {
      const { entries, trial } = await side.state.nextWork(
        run,
        "contacts",
        next.limit,
      );
      const results = entries.map((entry): Result => ({
        entryId: entry.entryId,
        position: entry.position,
        outcome: outcomeOf(entry, next, trial),
      }));
      await side.state.commit(run, "contacts", results);
      break;
    }
    case "approve":
      await side.approve(next.count);
      break;
    case "item":
      await side.item(next);
      break;
    case "lost":
      await side.lost(next.restore);
      break;
    case "apply":
      await side.apply(next.late);
      break;
    case "again":
      await side.begin(next);
      await side.state.takeIn(side.run, "contacts", KINDS);
      break;
  }
  const { entries, free, trial } = await side.state.nextWork(
    side.run,
    "contacts",
    100,
  );
  const found = await side.state.findItems(side.run, "contacts", [
    "k-0",
    "k-1",
  ]);
  return {
    entries: entries.map(told),
    free,
    trial: String(trial),
    found: [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    shown: await side.shown(),
  };
};

/** One history, on both sides. Throws where they answer differently. */
export const compare = async (
  state: StateUnderTest,
  preview: boolean,
  steps: readonly Step[],
): Promise<void> => {
  const service = new Service(state);
  const model = new Model();
  await service.start(preview);
  await model.start(preview);
  for (const [index, next] of steps.entries()) {
    await model.tick();
    const theirs = JSON.stringify(await take(model, next), null, 1);
    const ours = JSON.stringify(await take(service, next), null, 1);
    if (ours !== theirs)
      throw new Error(
        `after step ${index} (${next.do})\nservice: ${ours}\nmodel: ${theirs}`,
      );
  }
};

/** Random histories end in the same answers on both sides. */
export const answerAlike = (
  state: StateUnderTest,
  how: { readonly numRuns: number; readonly seed?: number },
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(step, { minLength: 5, maxLength: 25 }),
      (preview, steps) => compare(state, preview, steps),
    ),
    { ...how, endOnFailure: how.numRuns > 100 },
  );
