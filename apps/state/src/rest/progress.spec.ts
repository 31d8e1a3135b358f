import { expect, it } from "vitest";
import { doneOf, toEach, type Told } from "./progress.js";

const told = (pending: number, running: boolean, before?: Told): Told => {
  const status: Told["status"] = {
    ...{ accountId: "", userId: "7", system: "cloud", health: "ok" },
    ...{ errorKind: null, errorMessage: null, lastSuccessAt: null },
    ...{ dueAt: null, running, leaving: null },
    streams: [
      {
        ...{ kind: "contacts", container: null, pending, setAside: 0 },
        ...{ links: 0, takenIn: true, held: 0, heldAt: null, unlinked: 0 },
        preview: null,
      },
    ],
  };
  return { status, done: doneOf(status, before) };
};
const walk = (...steps: readonly (readonly [number, boolean])[]) => {
  let before: Told | undefined;
  return steps.map(([pending, running]) => {
    before = told(pending, running, before);
    return before.done.get("contacts");
  });
};

it("counts what is pending no more, whatever comes meanwhile", () => {
  expect(
    walk(
      [0, false],
      [100, true],
      [60, true],
      [80, true],
      [0, true],
      [0, false],
    ),
  ).toEqual([0, 0, 40, 40, 120, 120]);
});

it("begins anew with the next run that has something to do", () => {
  expect(walk([10, true], [0, true], [0, false], [7, true], [3, true])).toEqual(
    [0, 10, 10, 0, 4],
  );
});

it("goes on where a run hands over to the next", () => {
  expect(walk([10, true], [6, true], [6, false], [6, true], [1, true])).toEqual(
    [0, 4, 4, 4, 9],
  );
});

it("is told to the others where one of them cannot be told", () => {
  const heard: number[] = [];
  const failures: unknown[] = [];
  const broken = new Error("The connection is closed.");
  toEach(
    [1, 2, 3],
    (one) => {
      if (one === 1) throw broken;
      heard.push(one);
    },
    (error) => failures.push(error),
  );
  expect(heard).toEqual([2, 3]);
  expect(failures).toEqual([broken]);
});
