import type { Link, Outcome } from "@ams-sync/connector-kit";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerAlike, compare } from "../testing/model-property.js";
import { Model, Service } from "../testing/model-sides.js";
import { PREVIEWED } from "../testing/model-steps.js";
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

const MODEL_MS = 600_000;

it(
  "answers as the model does, whatever happens",
  async () => {
    const numRuns = Number(process.env["MODEL_RUNS"] ?? 10);
    await expect(answerAlike(state, { numRuns })).resolves.toBeUndefined();
  },
  MODEL_MS,
);

it.each(PREVIEWED)(
  "answers so where a preview was open: %#",
  async (preview, steps) => {
    await expect(compare(state, preview, steps)).resolves.toBeUndefined();
  },
);

const LINK: Link = {
  ...{ kind: "customer", recordId: "1", itemId: "i1", itemVersion: "1" },
  ...{ hash: "h", fields: "{}", origin: "created" },
};
const linked = (over: object): Outcome => ({
  type: "linked",
  link: { ...LINK, ...over },
});
const left = (over: object): Outcome => ({
  ...{ type: "left", reason: "no-category", keys: [], candidates: [] },
  ...over,
});
const gaveWay = (over: object): Outcome => ({
  type: "linked",
  link: LINK,
  conflicts: [{ field: "city", winner: "ams", ams: "Ulm", ...over }],
});
const aside = (over: object): Outcome => ({
  ...{ type: "set-aside", code: "too-long", message: "", retryInMs: 0 },
  ...over,
});
const long = (length: number) => "x".repeat(length);

describe("the service and its model refuse alike", () => {
  const each = async (ask: (side: Model | Service) => Promise<unknown>) => {
    const refusals: unknown[] = [];
    for (const side of [new Service(state), new Model()]) {
      await side.start(false);
      refusals.push(
        await ask(side).then(
          () => "taken",
          (error: unknown) =>
            (error as { code?: Status }).code === Status.INVALID_ARGUMENT ||
            (error as Error).name === "Invalid"
              ? "refused"
              : error,
        ),
      );
    }
    return refusals;
  };
  const commit = (outcome: Outcome) =>
    each(async (side) => {
      await side.state.takeIn(side.run, "contacts", ["customer"]);
      const { entries } = await side.state.nextWork(side.run, "contacts", 10);
      const [entry] = entries;
      if (!entry) throw new Error("There is nothing to do.");
      const { entryId, position } = entry;
      await side.state.commit(side.run, "contacts", [
        { entryId, position, outcome },
      ]);
    });

  it.each<[string, Outcome]>([
    ["a record of no number", linked({ recordId: "Müller" })],
    [
      "a record of more than 64 bits",
      linked({ recordId: "9223372036854775808" }),
    ],
    ["a record of the other stream", linked({ kind: "appointment" })],
    ["an item without a name", linked({ itemId: "" })],
    ["an item with an endless name", linked({ itemId: long(2_049) })],
    ["a NUL in an item", linked({ itemId: "i\0" })],
    ["an endless version", linked({ itemVersion: long(1_025) })],
    ["fields that are no JSON", linked({ fields: "{" })],
    ["an endless hash", linked({ hash: long(201) })],
    ["a NUL in a history", linked({ history: "\0" })],
    ["a field with an endless name", gaveWay({ field: long(65) })],
    ["a reason that is no code", left({ reason: "No category" })],
    ["an endless key", left({ keys: [long(129)] })],
    ["too many keys", left({ keys: Array(101).fill("k") })],
    [
      "a candidate of no number",
      left({ candidates: [{ kind: "customer", recordId: "x" }] }),
    ],
    ["a code that is none", aside({ code: "Zu lang" })],
    [
      "an endless name of a field that is sent",
      { type: "mark-sent", fields: [long(65)] },
    ],
    [
      "an endless name of a field to clear",
      { type: "intend", removal: "clear", fields: [long(65)] },
    ],
    ["a NUL in a version that was lost", { type: "lost", itemVersion: "\0" }],
  ])("%s", async (_what, outcome) => {
    expect(await commit(outcome)).toEqual(["refused", "refused"]);
  });

  it.each<[string, Outcome]>([
    ["what they are to take", linked({})],
    [
      "a value that nobody can keep, made to fit",
      gaveWay({ ams: `\0${long(2_000_000)}` }),
    ],
    [
      "a sentence that nobody can keep, made to fit",
      aside({ message: `\0${long(9_000)}` }),
    ],
  ])("but not %s", async (_what, outcome) => {
    expect(await commit(outcome)).toEqual(["taken", "taken"]);
  });

  it("pages, keys, limits, containers and reasons of an end", async () => {
    const refused = ["refused", "refused"];
    const page = (id: string, version: string, token?: string) =>
      each(({ state: one, run }) =>
        one.takeInRemote(
          run,
          "contacts",
          [{ id, version, gone: false }],
          token,
        ),
      );
    expect(await page("", "1")).toEqual(refused);
    expect(await page("i1", "\0")).toEqual(refused);
    expect(await page("i1", "1", long(65_537))).toEqual(refused);
    expect(await page("i1", "1", "t")).toEqual(["taken", "taken"]);
    for (const ask of [
      (one: Model | Service) =>
        one.state.findItems(one.run, "contacts", [long(129)]),
      (one: Model | Service) => one.state.nextWork(one.run, "contacts", 1_001),
      (one: Model | Service) =>
        one.state.bindContainer(
          one.run,
          "contacts",
          "https://a:b@cloud.example/",
        ),
      (one: Model | Service) =>
        one.state.bindContainer(one.run, "contacts", "/a\0/"),
    ])
      expect(await each(ask)).toEqual(refused);
  });
});
