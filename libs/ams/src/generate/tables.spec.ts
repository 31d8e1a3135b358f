import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { copyPieces } from "./copy-text.js";
import type { BrokeragePlan, Cell } from "./plan.js";
import { brokerageTables } from "./tables.js";

const plan: BrokeragePlan = {
  seed: 7,
  tenantId: "6f0d3c1e-0000-4000-8000-000000000007",
  name: "Maklerhaus Süd",
  users: 5,
  customers: 4_000,
  appointments: 2_000,
  companies: 80,
  agents: 9,
  now: new Date("2026-11-22T10:00:00Z"),
  agentRelease: true,
  brokenRows: 7,
};

function rowsOf(
  table: string,
  change: Partial<BrokeragePlan> = {},
): { readonly [column: string]: Cell }[] {
  const { tables } = brokerageTables({ ...plan, ...change });
  const found = tables.find((each) => each.table === table);
  if (found === undefined) throw new Error(`no table ${table}`);
  return [...found.rows].map((row) =>
    Object.fromEntries(
      found.columns.map((name, at) => [name, row[at] ?? null]),
    ),
  );
}

function hashOf(change: Partial<BrokeragePlan> = {}): string {
  const hash = createHash("sha256");
  for (const { table, columns, rows } of brokerageTables({ ...plan, ...change })
    .tables) {
    hash.update(`${table} ${columns.join(",")}\n`);
    for (const piece of copyPieces(rows)) hash.update(piece);
  }
  return hash.digest("hex");
}

describe("the rows of a brokerage", () => {
  it("are the same for the same seed, in every time zone", () => {
    // This value changes with every change of the generator, and only then.
    expect(hashOf()).toBe(
      "daa4a58b2151cfdbc136ad980451c866f33a716ae1d895ac343b43a6c7ff1db8",
    );
    expect(hashOf({ seed: 8 })).not.toBe(hashOf());
  });

  it("of one table do not depend on another table's size", () => {
    expect(rowsOf("company", { customers: 10 })).toEqual(
      rowsOf("company", { customers: 20, appointments: 3 }),
    );
    expect(rowsOf("customer", { customers: 10, brokenRows: 0 })).toEqual(
      rowsOf("customer").slice(0, 10),
    );
  });

  it("are made when they are asked for, not before", () => {
    const huge = brokerageTables({ ...plan, customers: 1e12 });
    const [first] =
      huge.tables.find(({ table }) => table === "customer")?.rows ?? [];
    expect(first).toContain("Müller-Lüdenscheidt");
  });

  it("show what German names can be, in the smallest brokerage too", () => {
    const [first] = rowsOf("customer", { customers: 1 });
    expect(first).toMatchObject({
      first_name: "Jürgen",
      last_name: "Müller-Lüdenscheidt",
      birth_date: "1964-02-29",
    });
    const customers = rowsOf("customer");
    const lastNames = customers.map((row) => String(row["last_name"]));
    expect(
      lastNames.filter((name) => /[äöüß]/i.test(name)).length,
    ).toBeGreaterThan(400);
    expect(
      lastNames.filter((name) => name.includes("-")).length,
    ).toBeGreaterThan(100);
    expect(
      customers.filter((row) =>
        /^(Prof\. )?Dr\./.test(String(row["first_name"])),
      ).length,
    ).toBeGreaterThan(50);
    expect(
      customers.filter((row) => String(row["birth_date"]).endsWith("-02-29"))
        .length,
    ).toBeGreaterThan(5);
  });

  it("hold private and commercial customers, prospects and missing fields", () => {
    const customers = rowsOf("customer");
    const share = (test: (row: (typeof customers)[number]) => boolean) =>
      customers.filter(test).length / customers.length;
    expect(share((row) => row["kind"] === "commercial")).toBeCloseTo(0.15, 1);
    expect(share((row) => row["status"] === "prospect")).toBeCloseTo(0.12, 1);
    for (const column of [
      "email",
      "mobile",
      "birth_date",
      "agent_id",
      "street",
    ])
      expect(share((row) => row[column] === null)).toBeGreaterThan(0.01);
    const firms = customers.filter((row) => row["kind"] === "commercial");
    expect(
      firms.every((row) => row["name"] !== null && row["last_name"] === null),
    ).toBe(true);
    expect(
      firms.some((row) => String(row["name"]).includes("GmbH & Co. KG")),
    ).toBe(true);
  });

  it("send no mail to anybody: every address is of a reserved domain", () => {
    for (const table of ["customer", "company", "agent"])
      for (const row of rowsOf(table)) {
        expect(row["email"] ?? "x@post.example").toMatch(
          /^[a-z0-9.]+@[a-z]+\.example$/,
        );
        expect(row["web_page"] ?? "www.x.example").toMatch(
          /^(https?:\/\/)?www\.[a-z0-9-]+\.example\/?$/,
        );
      }
  });

  it("hold appointments in the hour that does not exist and in the one that exists twice", () => {
    const times = rowsOf("appointment", { appointments: 8 }).map(
      (row) => `${row["date"]} ${row["starts_at_time"]}`,
    );
    // The last Sundays of March and October 2026.
    expect(times).toContain("2026-03-29 02:30");
    expect(times).toContain("2026-10-25 02:30");
  });

  it("hold appointments that last all day, that pass midnight, and long remarks", () => {
    const rows = rowsOf("appointment");
    const allDay = rows.filter((row) => row["starts_at_time"] === null);
    expect(allDay.length).toBeGreaterThan(80);
    const overnight = rows.filter(
      ({ starts_at_time: from, ends_at_time: to }) =>
        from !== null && to !== null && String(to) < String(from),
    );
    expect(overnight.length).toBeGreaterThan(20);
    const remarks = rows.map((row) => String(row["remark"] ?? ""));
    const longest = remarks.reduce((a, b) => (a.length > b.length ? a : b));
    expect(longest.length).toBeGreaterThan(2_000);
    for (const sign of ["\n", "\r\n", ",", ";", "\\", '"', "🎂"])
      expect(remarks.some((remark) => remark.includes(sign))).toBe(true);
  });

  it("restrict one user to some agents, and let one of five have left", () => {
    const { users } = brokerageTables(plan);
    expect(users.map((user) => user.releasedAgents.length)).toEqual([
      9, 9, 9, 9, 3,
    ]);
    expect(users.map((user) => user.active)).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
    expect(new Set(users.map((user) => user.login)).size).toBe(5);
    expect(rowsOf("agent_release")).toHaveLength(9 * 4 + 3);
  });

  it("never give a customer the same tag twice", () => {
    const pairs = rowsOf("customer_tag").map(
      (row) => `${row["customer_id"]}/${row["tag_id"]}`,
    );
    expect(pairs.length).toBeGreaterThan(4_000);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it("add the broken rows after the sound ones and say what is wrong", () => {
    const { broken } = brokerageTables(plan);
    expect(broken).toHaveLength(7);
    const customers = new Map(
      rowsOf("customer").map((row) => [String(row["customer_id"]), row]),
    );
    const long = broken.find(({ problem }) => problem.code === "too-long");
    expect(String(customers.get(long?.id ?? "")?.["last_name"])).toHaveLength(
      10_000,
    );
    const date = broken.find(({ problem }) => problem.field === "birthDate");
    expect(customers.get(date?.id ?? "")?.["birth_date"]).toBe("1985-02-31");
    expect(customers.size).toBe(4_004);
    expect(rowsOf("appointment")).toHaveLength(2_003);
  });
});
