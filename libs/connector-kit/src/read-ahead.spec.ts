import { beforeEach, describe, expect, it } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { MemoryWorld, customer } from "./memory/index.js";
import { poll, twoWays, valuesOf } from "./testing/two-ways.js";

const IDS = ["1", "2", "3", "4", "5", "6"];

/** More than a slice was changed there: what the next one needs is read while the present one is planned and written. */
describe("items of the next slice", () => {
  let world: MemoryWorld;
  /** Slice by slice what was read, and when something was remembered. */
  let seen: string[];
  const at = (id: string) => world.addressOf("customer", id);
  const change = (id: string, fields: Record<string, string>) =>
    world.remote.edit(at(id), fields);
  const values = (id: string) =>
    world.ams.records.get(`customer/${id}`)?.values;

  beforeEach(async () => {
    world = twoWays();
    world.limits = { ...world.limits, sliceSize: 2, commitGroup: 100 };
    world.commit(IDS.map((id) => customer(id, { lastName: `Groß ${id}` }, 0)));
    await poll(world);
    await poll(world);
    seen = [];
    world.remote.fault = ({ operation }) => {
      if (operation === "fetch") seen.push("read");
      return undefined;
    };
    const commit = world.state.commit.bind(world.state);
    world.state.commit = async (run, stream, results) => {
      if (results.some(({ outcome }) => outcome.type === "linked"))
        seen.push("remembered");
      return commit(run, stream, results);
    };
  });

  it("are read before the present one is remembered, each item once", async () => {
    for (const id of IDS) change(id, { city: "Düren" });
    await poll(world);
    expect(seen).toEqual([
      ...["read", "read", "remembered"],
      ...["read", "remembered", "remembered"],
    ]);
    for (const id of IDS) expect(values(id)).toMatchObject({ city: "Düren" });
  });

  it("are read again where the present one wrote them", async () => {
    const mobile = (number: string) =>
      world.commit([
        customer(
          "6",
          { ...values("6"), lastName: "Groß 6", mobile: number },
          0,
        ),
      ]);
    world.remote.fault = ({ operation }) =>
      operation === "update"
        ? { before: new ConnectorError("transient", "No answer.") }
        : undefined;
    mobile("0170 1");
    change("6", { city: "Düren" });
    world.stream().remoteDue = true;
    await world.run();
    world.remote.fault = () => undefined;
    // What was set aside comes last, also what is announced of the same item.
    mobile("0170 2");
    change("1", { city: "Düren" });
    await world.clock.advance(3_600_000);
    await poll(world);
    expect(values("6")).toMatchObject({ city: "Düren", mobile: "0170 2" });
    expect(world.remote.items.get(at("6"))?.form.fields).toMatchObject({
      ...{ city: "Düren", mobile: "0170 2" },
    });
  });

  it("are asked for once where the login is refused meanwhile", async () => {
    for (const id of IDS) change(id, { city: "Düren" });
    let asked = 0;
    world.remote.fault = ({ operation }) => {
      if (operation !== "fetch") return undefined;
      asked += 1;
      return asked > 1
        ? { before: new ConnectorError("auth", "The password is wrong.") }
        : undefined;
    };
    world.stream().remoteDue = true;
    expect(await world.run()).toMatchObject({ outcome: "auth" });
    expect(asked).toBe(2);
    // What was read before is in ams.
    expect(
      IDS.filter((id) => valuesOf(world, `customer/${id}`).city),
    ).toHaveLength(2);
  });
});
