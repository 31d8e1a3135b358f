import type { Fields, NewRecord } from "@ams-sync/sync-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { amsWorld, TENANT, type AmsWorld } from "../testing/ams-world.js";
import { events, making, TALK } from "../testing/new-records.js";
import type { RemoteOrigin } from "./outcomes.js";

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
});
afterAll(() => world?.end());
const { create, count, forget } = making(() => world);
beforeEach(forget);

describe("an appointment that is there already", () => {
  const OTHER: RemoteOrigin = { ...events("9"), accountId: TENANT };
  const typed = (fields: Fields = {}): NewRecord => ({
    kind: "appointment",
    fields: { ...TALK.fields, reason: "jahresgespräch ", ...fields },
  });

  it("is found by day, times and reason, by another account of its user", async () => {
    const made = await create(events("1"), TALK);
    if (made.outcome !== "created") throw new Error("not created");
    expect(await create(OTHER, typed())).toEqual({
      outcome: "matched",
      match: { verdict: "one", id: made.record.id },
    });
    expect(await create(OTHER, typed({ to: "00:45" }))).toMatchObject({
      outcome: "created",
    });
  });

  it("and there twice is a question", async () => {
    for (const uid of ["1", "2"]) await create(events(uid), TALK);
    expect(await create(OTHER, typed())).toMatchObject({
      outcome: "matched",
      match: { verdict: "several" },
    });
    expect(await count("appointment")).toBe(2);
  });

  it("of another user is another", async () => {
    await create(events("1"), TALK);
    expect(await create(OTHER, typed(), { userId: "2" })).toMatchObject({
      outcome: "created",
    });
  });

  it("is one, however people typed its day", async () => {
    await world.owner.query(
      `insert into ams.appointment (tenant_id, user_id, date, reason, starts_at_time, ends_at_time)
       values ($1, 1, ' 2026-10-25 ', 'Jahresgespräch', '23:30', '00:30')`,
      [TENANT],
    );
    expect(await create(events("1"), typed())).toMatchObject({
      outcome: "matched",
      match: { verdict: "one" },
    });
  });
});
