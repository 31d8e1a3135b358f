import { expect, it } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { MemoryWorld, customer } from "./memory/index.js";

/** Before records are made there it is asked which items without a record may be theirs. */

it("an item that the server does not hand out holds up nothing", async () => {
  const world = new MemoryWorld();
  world.remote.inward = ["contacts"];
  const people = ["ada", "bela", "cleo"] as const;
  const at = (name: string) => `/contacts/${name}.vcf`;
  const fields = (name: string) => ({
    lastName: name,
    email: `${name}@example.org`,
  });
  for (const name of people)
    world.remote.add(at(name), `uid-${name}`, {
      type: "private",
      fields: fields(name),
    });
  await world.settle();
  expect(world.stream().questions.unlinked.size).toBe(3);
  world.remote.fault = ({ operation, at: asked }) =>
    operation === "fetch" && asked.includes(at("bela"))
      ? { before: new ConnectorError("rejected", "Not this one.") }
      : undefined;
  world.commit(
    people.map((name, index) => customer(String(index + 1), fields(name), 0)),
  );
  const [report] = await world.settle();
  expect(report?.outcome).toBe("done");
  const item = (id: string) =>
    world.stream().links.get(`customer/${id}`)?.itemId;
  expect([item("1"), item("3")]).toEqual([at("ada"), at("cleo")]);
  expect(item("2")).toBe(world.addressOf("customer", "2"));
});
