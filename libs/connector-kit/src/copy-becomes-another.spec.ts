import { beforeEach, describe, expect, it } from "vitest";
import { identityOf } from "./identity.js";
import { MemoryWorld, appointment, customer, telling } from "./memory/index.js";

/**
 * Somebody duplicates Anna's card to save typing, makes Bernd of the copy, and deletes Anna's card later. The copy keeps
 * the id. A deletion there never reaches ams (R50), and so neither does Bernd reach Anna.
 */

const ANNA = {
  firstName: "Anna",
  lastName: "Weber",
  email: "anna@weber.example",
};
const BERND = {
  firstName: "Bernd",
  lastName: "Krause",
  email: "bernd@krause.example",
};
const COPY = "/contacts/copy.vcf";

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  telling(world.remote, () => ({ categories: ["Kunde"] }));
});

const poll = async () => {
  for (const kind of ["contacts", "appointments"] as const)
    world.stream(kind).remoteDue = true;
  return world.settle();
};
const person = (fields: Record<string, string>) =>
  ({ type: "private", fields }) as const;

/** Anna is linked, by the connector's own id or by that of the card that she was made of. */
const linkedBy = async (origin: "own" | "imported") => {
  const made = "/contacts/a.vcf";
  if (origin === "own") world.commit([customer("1", ANNA, 0)]);
  else world.remote.add(made, "anna-uid", person(ANNA));
  await poll();
  await poll();
  const [key = ""] = world.ams.records.keys();
  const own = identityOf(world.key.tenantId, "customer", "1").uid;
  return origin === "own"
    ? { key, from: world.addressOf("customer", "1"), uid: own }
    : { key, from: made, uid: "anna-uid" };
};

describe.each(["own", "imported"] as const)(
  "a copy with an %s id",
  (origin) => {
    it.each(["ams-wins", "remote-wins"] as const)(
      "of which another person was made is a question, and stays apart once the original is gone: %s",
      async (policy) => {
        world.options = { ...world.options, policy };
        const { key, from, uid } = await linkedBy(origin);
        world.remote.add(COPY, uid, person(BERND));
        await poll();
        expect(world.stream().questions.unlinked.get(COPY)).toMatchObject({
          reason: "ambiguous",
          candidates: [{ kind: "customer" }],
        });
        world.remote.lose(from);
        await poll();
        await poll();
        expect(world.ams.records.get(key)?.values).toMatchObject(ANNA);
        expect(world.remote.items.get(COPY)?.form.fields).toEqual(BERND);
        expect(world.stream().links.get(key)?.lost).toBeDefined();
        // The next change in ams makes Anna's card again, and not of Bernd's.
        const [id = ""] = key.split("/").slice(1);
        world.commit([customer(id, { ...ANNA, mobile: "0170 1" }, 0)]);
        await poll();
        expect(world.remote.items.get(COPY)?.form.fields).toEqual(BERND);
        expect(world.ams.records.get(key)?.values).toMatchObject(ANNA);
      },
    );

    it("nor is it taken where both come in one report", async () => {
      const { key, from, uid } = await linkedBy(origin);
      world.remote.add(COPY, uid, person(BERND));
      world.remote.lose(from);
      await poll();
      expect(world.ams.records.get(key)?.values).toMatchObject(ANNA);
      expect(world.remote.items.get(COPY)?.form.fields).toEqual(BERND);
    });

    it("nor after a reset, whichever is told first", async () => {
      const { key, from, uid } = await linkedBy(origin);
      world.remote.add(COPY, uid, person(BERND));
      world.remote.lose(from);
      world.state.reset(world.key.accountId, "contacts");
      await poll();
      await poll();
      expect(world.ams.records.get(key)?.values).toMatchObject(ANNA);
      expect(world.remote.items.get(COPY)?.form.fields).toEqual(BERND);
    });

    it("becomes a customer of its own once a user says so", async () => {
      const { from, uid } = await linkedBy(origin);
      world.remote.add(COPY, uid, person(BERND));
      await poll();
      const { questions } = world.stream();
      expect(questions.decideItem(COPY, { answer: "create" }, 0)).toBe(true);
      await world.settle();
      expect(
        [...world.ams.records.values()].map(({ values }) => values),
      ).toMatchObject([ANNA, BERND]);
      world.remote.lose(from);
      await poll();
      expect(
        [...world.ams.records.values()].map(({ values }) => values),
      ).toMatchObject([ANNA, BERND]);
    });
  },
);

it("an appointment copied for another day and another reason does not overwrite the first one", async () => {
  const FIRST = { date: "2024-03-08", from: "09:00", to: "10:00", reason: "A" };
  const OTHER = { date: "2024-04-09", from: "11:00", to: "12:00", reason: "B" };
  world.commit([appointment("1", FIRST, 0)]);
  await poll();
  await poll();
  const { uid } = identityOf(world.key.tenantId, "appointment", "1");
  const copy = "/appointments/copy.ics";
  world.remote.add(copy, uid, { type: "appointment", fields: OTHER });
  world.remote.lose(world.addressOf("appointment", "1"));
  await poll();
  expect(world.ams.records.get("appointment/1")?.values).toMatchObject(FIRST);
  expect(world.remote.items.get(copy)?.form.fields).toEqual(OTHER);
});
