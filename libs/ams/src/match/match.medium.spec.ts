import type { Contact, SyncOptions } from "@ams-sync/sync-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  amsWorld,
  OPTIONS,
  TENANT,
  type AmsWorld,
} from "../testing/ams-world.js";

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
  await world.owner.query(`
    insert into ams.customer (tenant_id, customer_id, customer_number, kind, agent_id, first_name, last_name, name, country, email, birth_date, phone_private, phone_business, mobile, last_changed) values
      ('${TENANT}', 1, 'K1', 'private', 1, 'Dr. Jürgen', 'Müller', 'nicht gefragt', null, ' Juergen@Post.Example ', '1964-02-29', null, null, null, '2020-01-01'),
      ('${TENANT}', 2, 'K2', 'private', 1, 'Änne', 'Müller', null, null, 'paar@post.example', '1970-01-02', '0221/47 11', null, null, now()),
      ('${TENANT}', 3, 'K3', 'private', 1, 'Uwe', 'Müller', null, null, 'paar@post.example', '1970-01-03', '+49 (0)221 4711', null, null, now()),
      ('${TENANT}', 4, 'K4', 'commercial', 2, 'nicht', 'gefragt', 'Weiß & Söhne', 'Österreich', 'büro@weiss.example', null, null, '01 5331234', null, now()),
      ('${TENANT}', 5, 'K5', 'private', null, 'Nie', 'Sichtbar', null, null, 'keiner@post.example', '1980-05-05', null, null, null, now()),
      ('${TENANT}', 6, null, 'private', 2, 'Lang', '${"ß".repeat(300)}', null, 'Luxemburg', 'lang@post.example', ' 1985-02-28 ', null, null, '26 12 34', now()),
      ('${TENANT}', 7, 'K7', 'private', 2, 'Anna', 'Klein', null, null, 'anna@klein.example', null, null, null, null, now());
    insert into ams.tag values ('${TENANT}', 1, 'Großkunde');
    insert into ams.customer_tag values ('${TENANT}', 7, 1)`);
});
afterAll(() => world?.end());

const person = (fields: Contact["fields"]): Contact => ({
  type: "private",
  fields,
});
const options = (chosen: Partial<SyncOptions["contacts"]>): SyncOptions => ({
  ...OPTIONS,
  contacts: {
    customers: true,
    companies: false,
    agents: false,
    tags: [],
    birthday: false,
    ...chosen,
  },
});
const ask = (
  contacts: readonly Contact[],
  chosen: Partial<SyncOptions["contacts"]> = {},
  userId = "1",
) =>
  world.ams.inTenant(TENANT, (reads) =>
    reads.match(userId, options(chosen), contacts),
  );

const one = (id: string) => ({ verdict: "one", id });
const several = (...candidates: string[]) => ({
  verdict: "several",
  candidates,
});
const NONE = { verdict: "none" };
const ANNA = person({ lastName: "Klein", email: "ANNA@klein.example" });

describe("matching", () => {
  it("finds by e-mail, by name and birth date, by telephone, all contacts at once", async () => {
    expect(
      await ask([
        person({ lastName: "Müller", email: "juergen@post.example" }),
        person({
          firstName: "Jürgen",
          lastName: "Müller",
          birthDate: "1964-02-29",
        }),
        person({
          firstName: "Änne",
          lastName: "Müller",
          email: "paar@post.example",
        }),
        person({ lastName: "Müller", email: "paar@post.example" }),
        {
          type: "commercial",
          fields: { name: "Weiss Bau", phoneBusiness: "+43 1 533-1234" },
        },
        {
          type: "commercial",
          fields: { name: "Weiß & Söhne", phoneBusiness: "+43 1 533-1234" },
        },
        person({
          firstName: "Änne",
          lastName: "Müller",
          mobile: "0049 221 4711",
        }),
        person({
          firstName: "Jürgen",
          lastName: "Meier",
          birthDate: "1964-02-29",
        }),
        person({
          lastName: "Niemand",
          email: "niemand@post.example",
          mobile: "0171 0000001",
        }),
        person({ lastName: "Ohne Merkmal" }),
      ]),
    ).toEqual([
      one("1"),
      one("1"),
      one("2"),
      several("2", "3"),
      several("4"),
      one("4"),
      one("2"),
      NONE,
      NONE,
      NONE,
    ]);
  });

  it("finds by name and birth date alone, in whatever order the name was written", async () => {
    const born = (firstName: string, lastName: string) =>
      person({ firstName, lastName, birthDate: "1970-01-02" });
    expect(
      await ask([
        born("Müller", "Frau Aenne"),
        born("", "Müller"),
        born("Uwe", "Müller"),
      ]),
    ).toEqual([one("2"), NONE, NONE]);
  });

  it("finds a customer whose fields are broken or untidy: nobody is to make it again", async () => {
    expect(
      await ask([person({ firstName: "Lang", email: "lang@post.example" })]),
    ).toEqual([one("6")]);
    expect(
      await ask([person({ firstName: "Lang", mobile: "+352261234" })]),
    ).toEqual([one("6")]);
  });

  it("knows nobody whom the user does not see", async () => {
    const hidden = person({
      firstName: "Nie",
      lastName: "Sichtbar",
      email: "keiner@post.example",
    });
    const juergen = person({
      lastName: "Müller",
      email: "juergen@post.example",
    });
    expect(await ask([hidden, juergen])).toEqual([NONE, one("1")]);
    expect(await ask([hidden, juergen], {}, "2")).toEqual([NONE, NONE]);
  });

  it("knows who is held back until edited; asks about another agent's; leaves out who lacks the tag", async () => {
    const juergen = person({
      lastName: "Müller",
      email: "juergen@post.example",
    });
    expect(
      await ask([juergen], { editedSince: "2026-01-01" as never }),
    ).toEqual([one("1")]);
    expect(await ask([juergen, ANNA], { agentId: "2" })).toEqual([
      several("1"),
      one("7"),
    ]);
    expect(await ask([juergen, ANNA], { tags: ["großkunde"] })).toEqual([
      NONE,
      one("7"),
    ]);
    expect(await ask([ANNA], { customers: false })).toEqual([NONE]);
  });

  it("has no answer for a user who cannot be judged by", async () => {
    expect(await ask([ANNA], {}, "3")).toBeUndefined();
    expect(await ask([ANNA], {}, "4711")).toBeUndefined();
    expect(
      await world.ams.inTenant(TENANT, (reads) => reads.customersOf("3", [])),
    ).toBeUndefined();
  });

  it("takes no harm from what no database can hold", async () => {
    expect(
      await ask([
        person({ lastName: "W\0", email: "a\0b@post.example" }),
        ANNA,
      ]),
    ).toEqual([NONE, one("7")]);
  });
});

describe("whom an appointment is about", () => {
  const name = (
    attendees: readonly string[],
    customerNumbers: readonly string[] = [],
  ) => ({ attendees, customerNumbers });
  const about = (userId: string, ...hints: ReturnType<typeof name>[]) =>
    world.ams.inTenant(TENANT, (reads) => reads.customersOf(userId, hints));

  it("is the only customer among the attendees, else the only one of the numbers", async () => {
    expect(
      await about(
        "1",
        name(["ich@makler.example", "JUERGEN@post.example"]),
        name(["paar@post.example"], ["K1"]),
        name(["juergen@post.example", "anna@klein.example"]),
        name(["ich@makler.example"], [" K7 "]),
        name([], ["K1", "K7"]),
        name([], ["k1"]),
        name(["keiner@post.example"], ["K5"]),
        name(["", "\0"], [""]),
        name([]),
      ),
    ).toEqual([
      "1",
      undefined,
      undefined,
      "7",
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is never the user, whose login is the address of a customer as well", async () => {
    await world.owner.query(
      "update ams.user_account set login = ' Anna@Klein.Example' where user_id = 1",
    );
    try {
      expect(
        await about(
          "1",
          name(["anna@klein.example", "juergen@post.example"]),
          name(["ANNA@klein.example"]),
          name(["anna@klein.example"], ["K1"]),
          name(["anna@klein.example"], ["K7"]),
        ),
      ).toEqual(["1", undefined, "1", "7"]);
      expect(await about("2", name(["anna@klein.example"]))).toEqual(["7"]);
      await world.owner.query(
        `update ams.user_account
         set login = 'jschäfer', email = 'Anna@klein.example' where user_id = 1`,
      );
      expect(await about("1", name(["anna@klein.example"]))).toEqual([
        undefined,
      ]);
    } finally {
      await world.owner.query(
        "update ams.user_account set login = 'jschäfer', email = null where user_id = 1",
      );
    }
  });

  it("is nobody whom the user does not see", async () => {
    expect(
      await about(
        "2",
        name(["juergen@post.example"]),
        name([], ["K1"]),
        name([], ["K7"]),
      ),
    ).toEqual([undefined, undefined, "7"]);
  });
});
