import type { Contact, PlainDate } from "@ams-sync/sync-core";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generateBrokerage } from "../generate-brokerage.js";
import { amsWorld, OPTIONS, type AmsWorld } from "../testing/ams-world.js";

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
});
afterAll(() => world?.end());

/** Old systems have one date for all whose birth date nobody knows: who is not found among them is made a second time. */
it.each([10, 5000])(
  "finds namesakes however they are written, among %i of that date",
  async (crowd) => {
    const { tenantId, users } = await generateBrokerage({
      ...{
        url: world.ownerUrl,
        name: `Haus ${crowd}`,
        seed: crowd,
        now: new Date("2026-11-01T12:00:00Z"),
      },
      ...{
        customers: 10,
        companies: 1,
        agents: 1,
        users: 1,
        appointments: 1,
        agentRelease: false,
      },
    });
    const owner = new Client({ connectionString: world.ownerUrl });
    await owner.connect();
    try {
      await owner.query(
        `insert into ams.customer (tenant_id, kind, first_name, last_name, birth_date)
       select $1, 'private', 'Jost', case i when 1 then 'Müller-Lüdenscheidt' when 2 then 'Übelhör' when 3 then 'Dr. Weiß' else 'Groß ' || i end, '1900-01-01'
       from generate_series(1, $2::int) i`,
        [tenantId, crowd],
      );
    } finally {
      await owner.end();
    }
    const names: Contact["fields"][] = [
      { firstName: "Jost", lastName: "Müller Lüdenscheidt" },
      { lastName: "Jost Übelhör" },
      { firstName: "Jost", lastName: "Uebelhoer" },
      { firstName: "Jost", lastName: "Weiß" },
      { firstName: "Jost", lastName: "Weiss" },
      { firstName: "Jost", lastName: "ÜBELHÖR" },
      { firstName: "J.", lastName: "Übelhör" },
      { firstName: "Jost", lastName: "Anders" },
    ];
    const found = await world.ams.inTenant(tenantId, (reads) =>
      reads.match(
        users[0]!.userId,
        OPTIONS,
        names.map((fields): Contact => ({
          type: "private",
          fields: { ...fields, birthDate: "1900-01-01" as PlainDate },
        })),
      ),
    );
    expect(found?.map(({ verdict }) => verdict)).toEqual([
      ...Array<string>(names.length - 1).fill("one"),
      "none",
    ]);
  },
);
