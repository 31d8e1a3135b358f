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

const groupsOf = async (
  fields: readonly string[],
  effect: boolean,
): Promise<readonly number[]> => {
  const groups: number[] = [];
  const committer = new Committer(async (results) => {
    groups.push(results.length);
  }, 10);
  fields.forEach((text, id) => committer.add(result(id, text), effect));
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
});
