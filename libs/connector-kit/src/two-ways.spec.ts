import type { Fields } from "@ams-sync/sync-core";
import { beforeEach, describe, expect, it } from "vitest";
import type { RecordChange } from "./ams-writes.js";
import { identityOf } from "./identity.js";
import {
  MemoryWorld,
  anna,
  customers,
  jost,
  telling,
  visit,
} from "./memory/index.js";
import type { Item } from "./port.js";

let world: MemoryWorld;
beforeEach(() => {
  world = twoWays();
});

const twoWays = (policy: "ams-wins" | "remote-wins" = "ams-wins") => {
  const made = new MemoryWorld();
  made.remote.inward = ["contacts", "appointments"];
  made.options = { ...made.options, policy };
  return made;
};

/** A poll of the other side, and all that follows. */
const poll = async (of = world) => {
  for (const kind of ["contacts", "appointments"] as const)
    of.stream(kind).remoteDue = true;
  return of.settle();
};

const values = (key: string, of = world): Fields =>
  Object.fromEntries(
    Object.entries(of.ams.records.get(key)?.values ?? {}).flatMap(
      ([name, value]) => (value ? [[name, value]] : []),
    ),
  );

const at = (id: string) => world.addressOf("customer", id);

/** Items as a person's program makes them, with categories. */
const sorted = (of: MemoryWorld, told: Map<string, Partial<Item>>) => {
  telling(of.remote, (id) => told.get(id));
};

const MAX = {
  type: "private",
  fields: { firstName: "Max", lastName: "Weiß", email: "max@weiss.example" },
} as const;

describe("a linked item", () => {
  it("that was changed there changes its record, once", async () => {
    world.commit([anna()]);
    await world.settle();
    world.remote.edit(at("1"), { city: "Köln" });
    await poll();
    expect(values("customer/1")).toMatchObject({
      firstName: "Änne",
      city: "Köln",
    });
    const version = world.ams.records.get("customer/1")?.rowVersion;
    const writes = world.writes().length;
    world.wantAll();
    await poll();
    expect(world.ams.records.get("customer/1")?.rowVersion).toBe(version);
    expect(world.writes()).toHaveLength(writes);
    expect(world.stream().pending).toBe(0);
  });

  it("gives and takes what each side changed, in one work", async () => {
    world.commit([anna()]);
    await world.settle();
    world.remote.edit(at("1"), { city: "Köln" });
    world.commit([anna({ mobile: "0170 2" })]);
    await poll();
    const both = { city: "Köln", mobile: "0170 2" };
    expect(values("customer/1")).toMatchObject(both);
    expect(world.shown("customer", "1")).toMatchObject(both);
    expect(world.stream().conflicts).toEqual([]);
  });

  it.each(["ams-wins", "remote-wins"] as const)(
    "leaves the value that lost in the journal: %s",
    async (policy) => {
      world = twoWays(policy);
      world.commit([anna({ city: "Ulm" })]);
      await world.settle();
      world.remote.edit(at("1"), { city: "Köln" });
      world.commit([anna({ city: "Bonn" })]);
      await poll();
      const city = policy === "ams-wins" ? "Bonn" : "Köln";
      expect(values("customer/1")).toMatchObject({ city });
      expect(world.shown("customer", "1")).toMatchObject({ city });
      expect(world.stream().conflicts).toMatchObject([
        {
          recordId: "1",
          conflict: { field: "city", ams: "Bonn", remote: "Köln" },
        },
      ]);
    },
  );

  it("that is gone is remembered as lost, and made again by the next change", async () => {
    world.commit([anna()]);
    await world.settle();
    world.remote.lose(at("1"));
    await poll();
    expect(world.ams.records.has("customer/1")).toBe(true);
    expect(world.stream().links.get("customer/1")?.lost).toBe("noticed");
    expect(world.shown("customer", "1")).toBeUndefined();
    world.commit([anna({ city: "Ulm" })]);
    await world.settle();
    expect(world.shown("customer", "1")).toMatchObject({ city: "Ulm" });
  });

  it("that is there again as it was, by its version too, is no loss any more", async () => {
    world.commit([anna()]);
    await world.settle();
    const stored = world.remote.items.get(at("1"))!;
    world.remote.lose(at("1"));
    await poll();
    expect(world.stream().links.get("customer/1")?.lost).toBe("noticed");
    // As from a backup.
    world.remote.items.set(at("1"), stored);
    delete world.stream().remoteToken;
    await poll();
    expect(world.stream().links.get("customer/1")).not.toHaveProperty("lost");
  });

  it("that is wanted back is made again, unchanged", async () => {
    world.commit([anna()]);
    await world.settle();
    world.remote.lose(at("1"));
    await poll();
    const record = { kind: "customer", recordId: "1" } as const;
    const { state, key, clock } = world;
    const questions = state.questions(key.accountId, "contacts");
    const decided = questions.decideLost(
      ...([record, true, state.feed, clock.epoch()] as const),
    );
    expect(decided).toBe(true);
    await world.settle();
    expect(world.shown("customer", "1")).toMatchObject({ firstName: "Änne" });
    expect(world.stream().links.get("customer/1")?.lost).toBeUndefined();
  });

  it("whose change meets one in ams in the same moment loses neither", async () => {
    world.commit([anna()]);
    await world.settle();
    world.remote.edit(at("1"), { city: "Köln" });
    const change = world.ams.change.bind(world.ams);
    let raced = false;
    world.ams.change = async (...which) => {
      if (!raced) {
        raced = true;
        world.commit([anna({ fax: "0221 1" })]);
      }
      return change(...which);
    };
    await poll();
    const both = { city: "Köln", fax: "0221 1" };
    expect(values("customer/1")).toMatchObject(both);
    expect(world.shown("customer", "1")).toMatchObject(both);
  });

  it("that was put to another address there stays its record's", async () => {
    world.commit([anna()]);
    await world.settle();
    const { uid } = identityOf(world.key.tenantId, "customer", "1");
    const form = world.remote.items.get(at("1"))?.form ?? MAX;
    world.remote.lose(at("1"));
    world.remote.add("/contacts/neu.vcf", uid, form);
    world.remote.edit("/contacts/neu.vcf", { city: "Köln" });
    await poll();
    expect(world.stream().links.get("customer/1")).toMatchObject({
      itemId: "/contacts/neu.vcf",
      origin: "created",
    });
    expect(values("customer/1")).toMatchObject({ city: "Köln" });
    expect(world.remote.items.size).toBe(1);
  });

  it("with a value that ams cannot hold says so, and what goes out still goes", async () => {
    world.commit([anna()]);
    await world.settle();
    world.remote.edit(at("1"), { profession: "x".repeat(20_000) });
    world.commit([anna({ city: "Ulm" })]);
    await poll();
    expect(world.shown("customer", "1")).toMatchObject({ city: "Ulm" });
    expect(new Set(world.asideCodes().map(([, code]) => code))).toEqual(
      new Set(["too-long"]),
    );
    expect(values("customer/1")).not.toHaveProperty("profession");
    world.remote.edit(at("1"), { profession: "Bäckerin" });
    await poll();
    expect(values("customer/1")).toMatchObject({ profession: "Bäckerin" });
    expect(world.shown("customer", "1")).toMatchObject({
      profession: "Bäckerin",
      city: "Ulm",
    });
    expect(world.stream().setAside).toEqual([]);
  });

  it("that two programs change to and fro is left alone for an hour", async () => {
    world.commit([anna({ city: "Ulm" })]);
    await world.settle();
    for (let turn = 0; turn < 8; turn += 1) {
      world.remote.edit(at("1"), { city: turn % 2 ? "Ulm" : "Köln" });
      await poll();
    }
    expect(world.asideCodes().map(([, code]) => code)).toEqual(["flipping"]);
  });
});

describe("many linked items that were changed there", () => {
  const MANY = 30;
  const ids = Array.from({ length: MANY }, (_, index) => String(index + 10));

  beforeEach(async () => {
    world.commit(customers(MANY));
    await world.settle();
    for (const id of ids) world.remote.edit(at(id), { city: "Köln" });
  });

  /** How often ams was asked to write: alone, and for how many at once. */
  const watched = () => {
    const alone: string[] = [];
    const together: number[] = [];
    const { change, changeTogether } = world.ams;
    world.ams.change = (home, one) => {
      alone.push(one.ref.id);
      return change.call(world.ams, home, one);
    };
    world.ams.changeTogether = async (home, all) => {
      together.push(all.length);
      const rows = await changeTogether.call(world.ams, home, all);
      // What the model does one by one inside is one transaction.
      alone.length -= rows.filter(Boolean).length;
      return rows;
    };
    return { alone, together };
  };

  it("come into ams in one transaction for each slice", async () => {
    const { alone, together } = watched();
    const [report] = await poll();
    expect(together).toEqual([10, 10, 10]);
    expect(alone).toEqual([]);
    for (const id of ids)
      expect(values(`customer/${id}`)).toMatchObject({ city: "Köln" });
    expect(report?.counts?.taken).toBe(MANY);
    expect(world.stream().pending).toBe(0);
    const writes = world.writes().length;
    world.wantAll();
    await poll();
    expect(world.writes()).toHaveLength(writes);
  });

  it("are compared anew one by one where ams changed meanwhile", async () => {
    const { changeTogether } = world.ams;
    world.ams.changeTogether = async (home, all) => {
      world.ams.changeTogether = changeTogether;
      const record = world.ams.records.get("customer/10");
      if (record?.kind === "customer")
        world.commit([
          { ...record, values: { ...record.values, fax: "0221 1" } },
        ]);
      return changeTogether.call(world.ams, home, all);
    };
    await poll();
    for (const id of ids)
      expect(values(`customer/${id}`)).toMatchObject({ city: "Köln" });
    expect(values("customer/10")).toMatchObject({ fax: "0221 1" });
    expect(world.shown("customer", "10")).toMatchObject({ fax: "0221 1" });
  });

  it("come in although ams does not take one of them, which is told why", async () => {
    const { change, changeTogether } = world.ams;
    const isBad = ({ ref }: RecordChange) => ref.id === "17";
    world.ams.changeTogether = async (home, all) =>
      all.some(isBad)
        ? all.map(() => undefined)
        : changeTogether.call(world.ams, home, all);
    world.ams.change = async (home, one) =>
      isBad(one)
        ? { outcome: "refused", message: "Die Stadt ist gesperrt." }
        : change.call(world.ams, home, one);
    await poll();
    for (const id of ids.filter((id) => id !== "17"))
      expect(values(`customer/${id}`)).toMatchObject({ city: "Köln" });
    expect(world.asideCodes()).toEqual([[expect.anything(), "refused-by-ams"]]);
  });

  it("come in one by one where writing together fails", async () => {
    world.ams.changeTogether = () => Promise.reject(new Error("zerbrochen"));
    await poll();
    for (const id of ids)
      expect(values(`customer/${id}`)).toMatchObject({ city: "Köln" });
    expect(world.logged.some(({ level }) => level === "error")).toBe(true);
  });
});

describe("a foreign item", () => {
  it.each([
    ["imported with a category", ["Kunde"], 1],
    ["left without one", [], 0],
  ] as const)("is %s", async (_what, categories, made) => {
    const id = "/contacts/max.vcf";
    sorted(world, new Map([[id, { categories }]]));
    world.remote.add(id, "max-uid", MAX);
    await poll();
    expect(world.ams.made.size).toBe(made);
    expect(world.stream().links.size).toBe(made);
    expect(world.remote.items.size).toBe(1);
    world.wantAll();
    await poll();
    expect(world.ams.made.size).toBe(made);
    expect(world.remote.items.size).toBe(1);
    if (made) {
      const [link] = world.stream().links.values();
      expect(link).toMatchObject({ origin: "imported", itemId: id });
    } else
      expect(world.stream().questions.unlinked.get(id)?.reason).toBe(
        "no-category",
      );
  });

  it("that one customer is becomes its item, whoever is announced first", async () => {
    const id = "/contacts/max.vcf";
    world.remote.add(id, "max-uid", {
      ...MAX,
      fields: { ...MAX.fields, city: "Köln" },
    });
    world.commit([anna({ ...MAX.fields, mobile: "0170 2" })]);
    await poll();
    expect(world.remote.items.size).toBe(1);
    const all = { city: "Köln", mobile: "0170 2", email: MAX.fields.email };
    expect(values("customer/1")).toMatchObject(all);
    expect(world.remote.items.get(id)?.form.fields).toMatchObject(all);
    expect(world.stream().links.get("customer/1")).toMatchObject({
      origin: "adopted",
      itemId: id,
    });
  });

  it("that is a copy of a linked one stays, and nothing of it is taken", async () => {
    world.commit([anna({ ...MAX.fields })]);
    await world.settle();
    const id = "/contacts/kopie.vcf";
    world.remote.add(id, "kopie", {
      ...MAX,
      fields: { ...MAX.fields, city: "Köln" },
    });
    await poll();
    expect(world.stream().questions.unlinked.get(id)?.reason).toBe("own-copy");
    expect(values("customer/1")).not.toHaveProperty("city");
    expect(world.stream().links.get("customer/1")?.itemId).toBe(at("1"));
  });

  it("that was left is taken over by a record that comes later", async () => {
    const id = "/contacts/max.vcf";
    world.remote.add(id, "max-uid", MAX);
    await poll();
    world.commit([anna({ ...MAX.fields })]);
    await world.settle();
    expect(world.remote.items.size).toBe(1);
    expect(world.stream().links.get("customer/1")?.itemId).toBe(id);
  });

  it("with an own id is its record's, however it was forgotten", async () => {
    world.commit([anna(), visit()]);
    await world.settle();
    world.state.forget(world.key.accountId, "contacts");
    await poll();
    expect(world.stream().links.get("customer/1")).toMatchObject({
      origin: "created",
      itemId: at("1"),
    });
    expect(world.remote.items.size).toBe(2);
  });

  it("with the own id of a record that is no more is left where it is", async () => {
    const { uid } = identityOf(world.key.tenantId, "customer", "77");
    const id = `/contacts/${uid}`;
    sorted(world, new Map([[id, { categories: ["Kunde"] }]]));
    world.remote.add(id, uid, MAX);
    await poll();
    expect(world.stream().questions.unlinked.get(id)?.reason).toBe(
      "own-left-behind",
    );
    expect(world.ams.made.size).toBe(0);
    expect(world.remote.items.has(id)).toBe(true);
  });

  it("in the own calendar is the user's appointment", async () => {
    world.remote.add("/appointments/x.ics", "x", {
      type: "appointment",
      fields: { date: "2024-03-08", from: "09:00", to: "10:00", reason: "Ja" },
    });
    await poll();
    expect([...world.ams.made.values()]).toMatchObject([
      { kind: "appointment", fields: { reason: "Ja" } },
    ]);
    expect(world.stream("appointments").links.size).toBe(1);
    expect(world.remote.items.size).toBe(1);
  });

  it("that became a record which was deleted in ams is deleted, and not made again", async () => {
    const id = "/contacts/max.vcf";
    sorted(world, new Map([[id, { categories: ["Kunde"] }]]));
    world.remote.add(id, "max-uid", MAX);
    await poll();
    const [made = ""] = world.ams.made.keys();
    world.commit([], [{ kind: "customer", id: made.split("/")[1] ?? "" }]);
    await world.settle();
    expect(world.remote.items.has(id)).toBe(false);
    world.remote.add(id, "max-uid", MAX);
    await poll();
    expect(world.ams.records.size).toBe(0);
    expect(world.stream().questions.unlinked.get(id)?.reason).toBe(
      "record-deleted",
    );
  });
});

describe("the guard", () => {
  const refs = (count: number) =>
    customers(count).map(({ kind, id }) => ({ kind, id }));

  it("lets few deletions go", async () => {
    world.commit(customers(20));
    await world.settle();
    world.commit([], refs(10));
    await world.settle();
    expect(world.remote.items.size).toBe(10);
  });

  it("holds many until somebody agrees, and does those then", async () => {
    world.commit(customers(20));
    await world.settle();
    world.commit([], refs(11));
    await world.settle();
    expect(world.remote.items.size).toBe(20);
    const { accountId } = world.key;
    const questions = world.state.questions(accountId, "contacts");
    expect(questions.held).toHaveLength(11);
    expect(questions.approve(questions.held)).toBe(11);
    await world.settle();
    expect(world.remote.items.size).toBe(9);
    expect(questions.held).toEqual([]);
  });
});

it("while the other side is being listed nothing new is made there", async () => {
  world.commit([jost()]);
  const { open } = world.remote;
  let pages = 0;
  world.remote.open = async (login) => {
    const session = await open.call(world.remote, login);
    const { stream } = session;
    return Object.assign(session, {
      stream: (...which: Parameters<typeof stream>) => {
        const port = stream(...which);
        const { changes } = port;
        return Object.assign(port, {
          changes: async (token?: string) => {
            pages += 1;
            // Its time is up after the first page.
            if (pages === 1) await world.clock.advance(60_001);
            const page = await changes(token);
            return { ...page, more: pages === 1 };
          },
        });
      },
    });
  };
  await world.run();
  expect(world.stream().listed).toBe(false);
  expect(world.remote.items.size).toBe(0);
  await world.clock.advance(60_001);
  await poll();
  expect(world.remote.items.size).toBe(1);
});

describe("a stream that takes nothing in", () => {
  it("leaves ams as it is", async () => {
    world.remote.inward = [];
    world.commit([anna()]);
    await world.settle();
    const before = world.ams.records.get("customer/1");
    world.remote.edit(at("1"), { city: "Köln" });
    world.remote.add("/contacts/max.vcf", "max-uid", MAX);
    await poll();
    expect(world.ams.records.get("customer/1")).toEqual(before);
    expect(world.ams.records.size).toBe(1);
  });
});
