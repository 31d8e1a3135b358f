import type {
  Contact,
  ContactRecord,
  Match,
  UserView,
} from "@ams-sync/sync-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ACCOUNT,
  amsWorld,
  OPTIONS,
  TENANT,
  type AmsWorld,
} from "../testing/ams-world.js";
import { matchAmong } from "./match-among.js";

let world: AmsWorld;
let customers: readonly ContactRecord[];
let user: UserView;

/** Who is in ams: first name, last name, birth date, e-mail, telephone. */
const IN_AMS = [
  ["1", "Anna Maria", "Klein", "1964-02-29", "", ""],
  ["2", "Anna", "Weber", "", "", "0221 4711123"],
  ["3", "Hans", "Krause", "", "krause@post.example", "0221 4711456"],
  ["4", "Dr. Otto", "von Berg", "1950-12-01", "", ""],
  ["5", "E.", "Sommer", "1971-07-01", "", "+49 (0)221/47 11 789"],
  ["6", "", "Winter", "1980-03-30", "", ""],
  ["7", "Tim", "Zwilling", "2001-05-05", "", ""],
  ["8", "Tom", "Zwilling", "2001-05-05", "", ""],
] as const;

const one = (id: string): Match => ({ verdict: "one", id });
const ask = (...candidates: string[]): Match => ({
  verdict: "several",
  candidates,
});
const none: Match = { verdict: "none" };

type Case = readonly [string, Contact["fields"], Match];
const born = (firstName: string, lastName: string, birthDate: string) =>
  ({ firstName, lastName, birthDate }) as Contact["fields"];

const CASES: readonly Case[] = [
  ["fewer given names", born("Anna", "Klein", "1964-02-29"), one("1")],
  ["an initial", born("A. M.", "Klein", "1964-02-29"), one("1")],
  ["another given name", born("Berta", "Klein", "1964-02-29"), none],
  ["another day", born("Anna", "Klein", "1964-02-28"), none],
  ["the family name only", born("", "Klein", "1964-02-29"), none],
  ["a family name and equal", born("", "Winter", "1980-03-30"), one("6")],
  ["a title in ams", born("Otto", "Berg", "1950-12-01"), one("4")],
  ["an initial in ams", born("Eva", "Sommer", "1971-07-01"), one("5")],
  ["one of twins", born("Tim", "Zwilling", "2001-05-05"), one("7")],
  ["both twins", born("T.", "Zwilling", "2001-05-05"), ask("7", "8")],
  [
    "a title that is a name",
    { firstName: "Phil", lastName: "Weber", mobile: "0221 4711123" },
    ask("2"),
  ],
  [
    "a title in front",
    { firstName: "Dr. phil. Anna", lastName: "Weber", mobile: "0221 4711123" },
    one("2"),
  ],
  [
    "a son with one name more, by telephone",
    { ...born("Hans Peter", "Krause", "1999-01-01"), mobile: "0221 4711456" },
    ask("3"),
  ],
  [
    "the same, by e-mail",
    {
      firstName: "Hans Peter",
      lastName: "Krause",
      email: "Krause@Post.example",
    },
    ask("3"),
  ],
  [
    "a number with the country",
    { lastName: "Sommer", phonePrivate: "0049 221 4711789" },
    one("5"),
  ],
];

const contactOf = ([, fields]: Case): Contact => ({ type: "private", fields });

beforeAll(async () => {
  world = await amsWorld();
  for (const row of IN_AMS)
    await world.owner.query(
      `insert into ams.customer (tenant_id, customer_id, kind, agent_id, first_name, last_name, birth_date, email, phone_private, last_changed)
       values ('${TENANT}', $1, 'private', 1, nullif($2, ''), $3, nullif($4, ''), nullif($5, ''), nullif($6, ''), now())`,
      [...row],
    );
  await world.ams.inTenant(TENANT, async (reads) => {
    const all = await reads.records(
      IN_AMS.map(([id]) => ({ kind: "customer" as const, id })),
    );
    customers = [...all.values()] as ContactRecord[];
    const view = await reads.user("1");
    if (view?.timeZone === undefined) throw new Error("no user");
    user = { ...view, timeZone: view.timeZone };
  });
});
afterAll(() => world?.end());

describe("a contact is found among the customers (R46)", () => {
  it.each(CASES)("%s: without a database", (...one) => {
    const [, , verdict] = one;
    expect(matchAmong([contactOf(one)], customers, user, OPTIONS)).toEqual([
      verdict,
    ]);
  });

  it.each(CASES)("%s: in the database", async (...one) => {
    const [, , verdict] = one;
    const found = await world.ams.inTenant(TENANT, (reads) =>
      reads.match("1", OPTIONS, [contactOf(one)]),
    );
    expect(found).toEqual([verdict]);
  });

  it("all at once as each by itself", async () => {
    const found = await world.ams.inTenant(TENANT, (reads) =>
      reads.match("1", OPTIONS, CASES.map(contactOf)),
    );
    expect(found).toEqual(CASES.map(([, , verdict]) => verdict));
  });

  it("and whoever is found is not made a second time", async () => {
    for (const [index, each] of CASES.entries()) {
      const [, fields, verdict] = each;
      if (verdict.verdict === "none") continue;
      const made = await world.ams.create(
        TENANT,
        "1",
        OPTIONS,
        { accountId: ACCOUNT, stream: "contacts", uid: `case-${index}` },
        {
          ...{ kind: "customer", type: "private", status: "customer" },
          ...{ agentId: "1", fields },
        },
      );
      expect(made).toEqual({ outcome: "matched", match: verdict });
    }
  });
});
