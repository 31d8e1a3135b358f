import { beforeEach, describe, expect, it } from "vitest";
import { identityOf } from "./identity.js";
import { MemoryWorld, anna } from "./memory/index.js";

/** An item that lies at another address there stays its record's: nothing is made beside it, and its edits come in. */

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
});

const poll = async () => {
  for (const kind of ["contacts", "appointments"] as const)
    world.stream(kind).remoteDue = true;
  return world.settle();
};

const ANNA = anna({ email: "aenne@example.org" });
const [A, B] = ["/contacts/a.vcf", "/contacts/b.vcf"];
const form = (id: string) => {
  const item = world.remote.items.get(id);
  if (!item) throw new Error("There is no such item.");
  return item;
};
const values = () => world.ams.records.get("customer/1")?.values;
const linked = () => world.stream().links.get("customer/1");

/** Linked at `from`, by its own or by a foreign id. */
const linkedAt = async (origin: "own" | "adopted") => {
  const { uid } = identityOf(world.key.tenantId, "customer", "1");
  if (origin === "adopted")
    world.remote.add(A, "anna-uid", {
      type: "private",
      fields: { firstName: "Änne", email: "aenne@example.org" },
    });
  world.commit([ANNA]);
  await poll();
  // What was made in that run is known to the next.
  await poll();
  const from = origin === "own" ? world.addressOf("customer", "1") : A;
  expect(linked()?.itemId).toBe(from);
  return { from, uid: origin === "own" ? uid : "anna-uid" };
};

/** How many other announcements are between the two addresses; a slice has ten. */
const others = (count: number, which: string) => {
  for (let at = 0; at < count; at += 1)
    world.remote.add(`/contacts/${which}${at}.vcf`, `${which}-${at}`, {
      type: "private",
      fields: { lastName: `${which} ${at}` },
    });
};

/** Where she is there, once both sides have been edited. */
const afterEdits = async () => {
  world.commit([anna({ email: "aenne@example.org", mobile: "0170 2" })]);
  await world.settle();
  world.remote.edit(B, { city: "Köln" });
  await poll();
  return {
    linked: linked()?.itemId,
    lost: linked()?.lost,
    ams: values(),
    there: [...world.remote.items].flatMap(
      ([
        id,
        {
          form: { fields },
        },
      ]) => ("email" in fields ? [[id, fields]] : []),
    ),
  };
};

const both = { mobile: "0170 2", city: "Köln" };
const ONE = {
  ...{ linked: B, lost: undefined, ams: both },
  there: [[B, both]],
};

describe.each(["own", "adopted"] as const)(
  "an item with an %s id",
  (origin) => {
    it("in one report", async () => {
      const { from, uid } = await linkedAt(origin);
      const moved = form(from).form;
      world.remote.lose(from);
      world.remote.add(B, uid, moved);
      world.remote.edit(B, { fax: "0221 1" });
      await poll();
      expect(values()).toMatchObject({ fax: "0221 1" });
      expect(await afterEdits()).toMatchObject(ONE);
    });

    it.each([["first"], ["last"]] as const)(
      "whose new address comes %s, slices apart",
      async (which) => {
        const { from, uid } = await linkedAt(origin);
        const moved = form(from).form;
        if (which === "last") world.remote.lose(from);
        else world.remote.add(B, uid, moved);
        others(25, "x");
        if (which === "last") world.remote.add(B, uid, moved);
        else world.remote.lose(from);
        await poll();
        expect(await afterEdits()).toMatchObject(ONE);
      },
    );

    it("that was a copy for long before the other one went", async () => {
      const { from, uid } = await linkedAt(origin);
      world.remote.add(B, uid, form(from).form);
      await poll();
      expect(world.stream().questions.unlinked.get(B)?.reason).toBe("own-copy");
      world.remote.lose(from);
      await poll();
      expect(await afterEdits()).toMatchObject(ONE);
    });

    it("of which only the new address is known when its record changes", async () => {
      const { from, uid } = await linkedAt(origin);
      world.remote.add(B, uid, form(from).form);
      await poll();
      world.remote.items.delete(from);
      world.commit([anna({ email: "aenne@example.org", city: "Ulm" })]);
      await world.settle();
      expect(await afterEdits()).toMatchObject(ONE);
    });
  },
);

it("an imported appointment, moved and put off", async () => {
  const before = "/appointments/a.ics";
  const after = "/appointments/b.ics";
  world.remote.add(before, "uid-x", {
    type: "appointment",
    fields: { date: "2024-03-08", from: "09:00", to: "10:00", reason: "Ja" },
  });
  await poll();
  const [link] = world.stream("appointments").links.values();
  expect(link).toMatchObject({ itemId: before, origin: "imported" });
  const { form: moved } = form(before);
  world.remote.lose(before);
  world.remote.add(after, "uid-x", moved);
  world.remote.edit(after, { date: "2024-03-15", to: undefined });
  await poll();
  const [now] = world.stream("appointments").links.values();
  expect(now).toMatchObject({ itemId: after, origin: "imported" });
  const [record] = world.ams.records.values();
  expect(record?.values).toMatchObject({ date: "2024-03-15" });
  expect(world.remote.items.size).toBe(1);
});

it("a copy that says less than the missing one empties nothing in ams", async () => {
  const { from } = await linkedAt("adopted");
  world.remote.edit(from, { fax: "0221 1", city: "Köln" });
  await poll();
  expect(values()).toMatchObject({ fax: "0221 1" });
  world.remote.lose(from);
  world.remote.add(B, "other-uid", {
    type: "private",
    fields: { firstName: "Änne", email: "aenne@example.org", city: "Bonn" },
  });
  await poll();
  expect(values()).toMatchObject({ fax: "0221 1", city: "Bonn" });
  expect(form(B).form.fields).toMatchObject({ fax: "0221 1" });
});
