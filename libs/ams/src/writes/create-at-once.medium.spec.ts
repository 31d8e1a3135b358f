import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AmsDatabase } from "../ams-database.js";
import { ACCOUNT, amsWorld, type AmsWorld } from "../testing/ams-world.js";
import { contacts, making, person, TALK } from "../testing/new-records.js";

let world: AmsWorld;
/** Pools of their own, as two processes have. */
let processes: readonly AmsDatabase[];
beforeAll(async () => {
  world = await amsWorld();
  processes = [world.ams, await world.connect()];
});
afterAll(async () => {
  await processes?.[1]?.close();
  await world?.end();
});
const { create, count, forget } = making(() => world);
beforeEach(forget);

describe("at the same moment", () => {
  const rounds = Array.from({ length: 20 }, (_, index) => String(index));

  it.each(["contacts", "appointments"] as const)(
    "the same item makes one record (%s)",
    async (stream) => {
      for (const uid of rounds) {
        // A name of its own, so that no round finds what an earlier one made.
        const record =
          stream === "contacts"
            ? person({
                lastName: `Öztürk${uid}`,
                email: `ö${uid}@post.example`,
              })
            : TALK;
        const answers = await Promise.all(
          [0, 1, 0, 1].map((which) =>
            create({ accountId: ACCOUNT, stream, uid }, record, {
              ams: processes[which] ?? world.ams,
            }),
          ),
        );
        expect(answers.map(({ outcome }) => outcome).sort()).toEqual([
          "again",
          "again",
          "again",
          "created",
        ]);
        expect(
          new Set(
            answers.map((answer) =>
              "record" in answer ? answer.record.id : "",
            ),
          ).size,
        ).toBe(1);
      }
      expect(
        await count(stream === "contacts" ? "customer" : "appointment"),
      ).toBe(20);
    },
  );

  it("two items about the same person make one customer", async () => {
    for (const round of rounds) {
      const record = person({
        lastName: `Öztürk${round}`,
        email: `ö${round}@post.example`,
      });
      const answers = await Promise.all(
        processes.map((ams, index) =>
          create(contacts(`${round}/${index}`), record, { ams }),
        ),
      );
      expect(answers.map(({ outcome }) => outcome).sort()).toEqual([
        "created",
        "matched",
      ]);
    }
    expect(await count("customer")).toBe(20);
  });
});
