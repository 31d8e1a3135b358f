import { describe, expect, it } from "vitest";
import { Committer } from "./committer.js";
import type { Result } from "./run-state.js";

const result = (id: number, fields: string): Result => ({
  entryId: BigInt(id),
  position: 1n,
  outcome: {
    type: "linked",
    link: {
      kind: "customer",
      recordId: String(id),
      itemId: `/a/${id}.vcf`,
      hash: "",
      fields,
      origin: "created",
    },
  },
});

const committed = () => {
  const commits: Result[][] = [];
  const committer = new Committer(async (results) => {
    commits.push([...results]);
  }, 10);
  return { commits, committer };
};

const groupsOf = async (
  fields: readonly string[],
  effect: boolean,
): Promise<readonly number[]> => {
  const groups: number[] = [];
  const committer = new Committer(async (results) => {
    groups.push(results.length);
  }, 10);
  fields.forEach((text, id) => committer.add([result(id, text)], effect));
  await committer.flush();
  return groups;
};

describe("results go to state in groups", () => {
  it("of ten effects", async () => {
    expect(
      await groupsOf(
        Array.from({ length: 25 }, () => "{}"),
        true,
      ),
    ).toEqual([10, 10, 5]);
  });

  it("of a MiB of agreed forms at most, with or without an effect", async () => {
    // Each umlaut has two bytes.
    const long = "ß".repeat(150_000);
    const sent = await groupsOf(
      Array.from({ length: 8 }, () => long),
      false,
    );
    expect(sent).toEqual([3, 3, 2]);
    expect(await groupsOf(["ü".repeat(2 ** 20), "{}"], true)).toEqual([1, 1]);
  });

  it("of a MiB of what gave way as well, and what tells of one record stays together", async () => {
    const { commits, committer } = committed();
    const gaveWay = (id: number): Result => {
      const told = result(id, "{}");
      if (told.outcome.type !== "linked") throw new Error("It is a link.");
      const remote = "ß".repeat(300_000);
      const conflicts = [...Array(3).keys()].map((at) => ({
        ...{ field: `f${at}`, winner: "ams" as const, remote },
      }));
      return { ...told, outcome: { ...told.outcome, conflicts } };
    };
    for (const id of [0, 2, 4, 6])
      committer.add([gaveWay(id), gaveWay(id + 1)], false);
    await committer.flush();
    expect(
      commits.map((group) => group.map(({ entryId }) => Number(entryId))),
    ).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
  });

  it("and one that state would not take is set aside with a sentence", async () => {
    const { commits, committer } = committed();
    committer.add([result(1, "x".repeat(2 ** 24 + 1))], true);
    committer.add([result(2, "{}")], true);
    await committer.flush();
    expect(
      commits.flat().map(({ outcome }) => [outcome.type, "message" in outcome]),
    ).toEqual([
      ["set-aside", true],
      ["linked", false],
    ]);
  });
});
