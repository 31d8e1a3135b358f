import { describe, expect, it } from "vitest";
import { customer } from "./memory/index.js";
import { poll, twoWays, valuesOf } from "./testing/two-ways.js";

const POLICIES = ["ams-wins", "remote-wins"] as const;
const ids = Array.from({ length: 30 }, (_, index) => String(index + 10));
const keyOf = (id: string) => `customer/${id}`;

describe("addresses of which nothing was ever agreed", () => {
  it.each(POLICIES)("are emptied by no reset: %s", async (policy) => {
    const world = twoWays(policy);
    const full = (id: string) => ({
      ...{ lastName: `Böhm ${id}`, street: `Hauptstr. ${id}` },
      ...{ postalCode: "50667", city: "Köln", country: "Deutschland" },
    });
    world.commit(ids.map((id) => customer(id, full(id), 0)));
    await world.settle(20);
    // Each client writes the street in its own way, and one of the sides does not know the country.
    for (const id of ids)
      world.remote.edit(world.addressOf("customer", id), {
        street: `Hauptstraße ${id}`,
        ...(policy === "remote-wins" && { country: undefined }),
      });
    if (policy === "ams-wins")
      for (const id of ids)
        world.ams.put(customer(id, { ...full(id), country: null }, 1));
    world.state.reset(world.key.accountId, "contacts");
    await poll(world);
    for (const id of ids) {
      const here = valuesOf(world, keyOf(id));
      expect(here["country"]).toBe("Deutschland");
      expect(world.shown("customer", id)).toMatchObject(here);
    }
    expect(world.stream().questions.held).toEqual([]);
  });

  it.each(POLICIES)(
    "wait for somebody where many give way as a whole and parts of them go: %s",
    async (policy) => {
      const world = twoWays(policy);
      const loser = { street: "Weg 1", city: "Bonn", country: "Deutschland" };
      const winner = { street: "Ring 9", city: "Köln" };
      const [here, there] =
        policy === "ams-wins" ? [winner, loser] : [loser, winner];
      for (const id of ids) {
        const name = { firstName: "Eva", lastName: `Böhm ${id}` };
        const known = { ...name, email: `eva${id}@boehm.example` };
        world.remote.add(`/contacts/${id}.vcf`, `eva-${id}`, {
          type: "private",
          fields: { ...known, ...there },
        });
        world.commit([customer(id, { ...known, ...here }, 0)]);
      }
      await poll(world);
      const countries = () =>
        ids.filter((id) =>
          policy === "ams-wins"
            ? world.remote.items.get(`/contacts/${id}.vcf`)?.form.fields[
                "country" as never
              ]
            : valuesOf(world, keyOf(id))["country"],
        ).length;
      const { questions } = world.stream();
      expect(countries()).toBe(30);
      expect(world.remote.items.size).toBe(30);
      expect(questions.held.length).toBeGreaterThan(0);
      for (const { removal, fields } of questions.held)
        expect({ removal, fields }).toEqual({
          removal: "clear",
          fields: ["country"],
        });
      questions.approve(questions.held);
      await poll(world);
      expect(countries()).toBe(0);
      const journal = world.stream().conflicts.map(({ conflict }) => conflict);
      expect(journal.filter(({ field }) => field === "country")).toHaveLength(
        30,
      );
    },
  );

  it.each(POLICIES)(
    "are not mixed, though both are in Germany and the link is stored before either is written: %s",
    async (policy) => {
      const world = twoWays(policy);
      const anna = {
        ...{ firstName: "Anna", lastName: "Weber", email: "a@weber.example" },
        country: "Deutschland",
      };
      const lake = { street: "Seestr. 1", city: "Konstanz" };
      const rhine = { street: "Ring 9", postalCode: "50667", city: "Köln" };
      world.remote.add("/contacts/a.vcf", "a", {
        type: "private",
        fields: { ...anna, ...lake },
      });
      world.commit([customer("1", { ...anna, ...rhine }, 0)]);
      await poll(world);
      await poll(world);
      const place = policy === "ams-wins" ? rhine : lake;
      expect(valuesOf(world, "customer/1")).toEqual({ ...anna, ...place });
    },
  );

  it("are not mixed where only the city is alike", async () => {
    const world = twoWays("remote-wins");
    const anna = { lastName: "Weber", email: "a@weber.example", city: "Köln" };
    world.remote.add("/contacts/a.vcf", "a", {
      type: "private",
      fields: { ...anna, street: "Weg 1", postalCode: "51105" },
    });
    const ring = { street: "Ring 9", postalCode: "50667", country: "D" };
    world.commit([customer("1", { ...anna, ...ring }, 0)]);
    await poll(world);
    await poll(world);
    expect(valuesOf(world, "customer/1")).toEqual({
      ...anna,
      ...{ street: "Weg 1", postalCode: "51105" },
    });
  });
});
