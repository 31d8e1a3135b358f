import { describe, expect, it } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { markedNames, marksOf, ownIn } from "./marks.js";
import { anna, MemoryWorld, Mortality } from "./memory/index.js";

describe("marks", () => {
  const marks = marksOf({ city: "Köln" }, ["city", "fax"]);

  it("know the very value that was to be written, the empty one too", () => {
    expect(ownIn({ city: "Köln", fax: "1" }, marks)).toEqual(["city"]);
    expect(ownIn({ city: "Bonn" }, marks)).toEqual(["fax"]);
    expect(ownIn({}, [])).toEqual([]);
  });

  it("name their fields, each once, and no value", () => {
    expect(
      markedNames([...marks, ...marksOf({ city: "Bonn" }, ["city"])]),
    ).toEqual(["city", "fax"]);
    expect(marks.join()).not.toContain("Köln");
  });
});

const world = (policy: "ams-wins" | "remote-wins"): MemoryWorld => {
  const made = new MemoryWorld();
  made.options = { ...made.options, policy };
  return made;
};

it("a value that the other side changed is not taken for ours although a write of it was begun and never sent", async () => {
  const there = world("remote-wins");
  there.commit([anna()]);
  await there.settle();
  there.remote.edit(there.addressOf("customer", "1"), { mobile: "0170 3" });
  there.commit([anna({ mobile: "0170 2" })]);
  there.remote.fault = ({ operation }) =>
    operation === "fetch"
      ? { before: new ConnectorError("transient", "Too busy.") }
      : undefined;
  await there.run();
  there.remote.fault = () => undefined;
  await there.clock.advance(3_600_000);
  await there.settle();
  expect(there.shown("customer", "1")?.["mobile"]).toBe("0170 3");
});

it.each(["ams-wins", "remote-wins"] as const)(
  "what a create put there whose answer got lost is ours when the record has changed since, under %s",
  async (policy) => {
    const there = world(policy);
    there.commit([anna({ mobile: "0170 2", city: "Köln" })]);
    const living = new Mortality();
    const probe = world(policy);
    probe.commit([anna({ mobile: "0170 2", city: "Köln" })]);
    await probe.run(living);
    let died = false;
    for (let call = 1; call <= living.calls && !died; call += 1) {
      const next = world(policy);
      next.commit([anna({ mobile: "0170 2", city: "Köln" })]);
      const doomed = new Mortality(call, "after");
      await Promise.race([doomed.death, next.run(doomed)]);
      const stored = next.shown("customer", "1") !== undefined;
      if (!stored || next.stream().links.size > 0) continue;
      died = true;
      next.commit([anna({ mobile: null, city: "Düren" })]);
      await next.clock.advance(3_600_000);
      await next.settle();
      expect(next.shown("customer", "1")).toMatchObject({ city: "Düren" });
      expect(next.shown("customer", "1")).not.toHaveProperty("mobile");
    }
    expect(died).toBe(true);
  },
);
