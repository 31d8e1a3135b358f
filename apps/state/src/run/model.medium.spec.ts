import type { Entry, Result } from "@ams-sync/connector-kit";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import fc from "fast-check";
import { afterAll, beforeAll, it } from "vitest";
import { Model, Service, type Side } from "../testing/model-sides.js";
import {
  nameOf,
  outcomeOf,
  PREVIEWED,
  step,
  type Step,
} from "../testing/model-steps.js";
import { StateUnderTest } from "../testing/state-under-test.js";

/** The model that connectors' specs run on promises what the service does: the same history ends in the same answers. */

let postgres: Postgres;
let state: StateUnderTest;

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});

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

const MODEL_MS = 600_000;

it(
  "answers as the model does, whatever happens",
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(step, { minLength: 5, maxLength: 25 }),
        async (preview, steps) => {
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
        },
      ),
      {
        numRuns: Number(process.env["MODEL_RUNS"] ?? 10),
        endOnFailure: false,
        examples: PREVIEWED.map(([preview, steps]) => [preview, steps]),
      },
    );
  },
  MODEL_MS,
);
