import { beforeEach, expect, it } from "vitest";
import { AmsAway } from "./ams-records.js";
import { ConnectorError } from "./connector-error.js";
import { MemoryWorld, anna } from "./memory/index.js";
import type { MemoryRemote } from "./memory/memory-remote.js";

/** One foreign item that cannot be worked on takes no others with it; trouble that passes ends the run. */

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
});

const people = ["ada", "bela", "cleo"] as const;
const contact = (name: string) => ({
  type: "private" as const,
  fields: { lastName: name, email: `${name}@example.org` },
});
const at = (name: string) => `/contacts/${name}.vcf`;
const addAll = (remote: MemoryRemote = world.remote) => {
  for (const name of people) remote.add(at(name), `uid-${name}`, contact(name));
};
const leftIds = () => [...world.stream().questions.unlinked.keys()].toSorted();

it("a question to ams that one contact breaks is asked for each", async () => {
  addAll();
  const match = world.ams.match.bind(world.ams);
  world.ams.match = async (home, userId, options, contacts) => {
    if (contacts.some(({ fields }) => fields.lastName === "bela"))
      throw new Error("invalid byte sequence");
    return match(home, userId, options, contacts);
  };
  await world.settle();
  expect(leftIds()).toEqual([at("ada"), at("cleo")]);
  expect(world.asideCodes()).toEqual([
    [`remote:${at("bela")}`, "refused-by-ams"],
  ]);
  world.ams.match = match;
  await world.clock.advance(24 * 60 * 60 * 1_000);
  await world.settle();
  expect(leftIds()).toEqual(people.map(at));
});

it("so is the question whose appointment it is", async () => {
  for (const name of people)
    world.remote.add(`/appointments/${name}.ics`, `uid-${name}`, {
      type: "appointment",
      fields: { date: "2026-10-25", reason: name },
    });
  let asked = 0;
  const customersOf = world.ams.customersOf.bind(world.ams);
  world.ams.customersOf = async (...which) => {
    asked += 1;
    // All together, then the second one by itself.
    if (asked === 1 || asked === 3) throw new Error("out of range");
    return customersOf(...which);
  };
  await world.settle();
  expect(world.ams.made.size).toBe(2);
  expect(world.asideCodes("appointments")).toHaveLength(1);
});

it("while ams is away nothing is set aside", async () => {
  addAll();
  const { match } = world.ams;
  world.ams.match = async () => {
    throw new AmsAway(true, "ams does not answer.");
  };
  const { outcome } = await world.run();
  expect(outcome).toBe("transient");
  expect(world.stream().setAside).toEqual([]);
  expect(world.stream().pending).toBe(people.length);
  world.ams.match = match;
});

it("an own address that the server refuses holds up its item alone", async () => {
  world.remote.add(at("max"), "uid-max", contact("max"));
  addAll();
  world.commit([anna({ lastName: "max", email: "max@example.org" })]);
  const own = world.addressOf("customer", "1");
  world.remote.fault = ({ operation, at: asked }) =>
    operation === "fetch" && asked.includes(own)
      ? { before: new ConnectorError("rejected", "No such path.") }
      : undefined;
  await world.run();
  expect(leftIds()).toEqual(people.map(at));
  expect(world.asideCodes()).toContainEqual([
    `remote:${at("max")}`,
    "rejected",
  ]);
});

it("where the server does not answer for it the others are remembered all the same", async () => {
  world.remote.add(at("max"), "uid-max", contact("max"));
  addAll();
  world.commit([anna({ lastName: "max", email: "max@example.org" })]);
  const own = world.addressOf("customer", "1");
  world.remote.fault = ({ operation, at: asked }) =>
    operation === "fetch" && asked.includes(own)
      ? { before: new ConnectorError("throttled", "Slow down.") }
      : undefined;
  const { outcome } = await world.run();
  expect(outcome).toBe("throttled");
  expect(leftIds()).toEqual(people.map(at));
  expect(world.stream().setAside).toEqual([]);
});
