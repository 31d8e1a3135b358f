import type { TimeZone } from "@ams-sync/sync-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type QuirkAccount, QuirkWorld, visit } from "./testing/quirk-world.js";

let world: QuirkWorld;
let own: QuirkAccount;
beforeAll(async () => {
  world = await QuirkWorld.start(12);
});
afterEach(() => own.close());
afterAll(() => world?.stop());

const TIMES = { date: "2027-01-15", from: "10:00", to: "11:00" };

const begin = async () => {
  own = world.account();
  own.commit([
    visit("1", TIMES),
    visit("2", { ...TIMES, from: null, to: null }),
  ]);
  await own.settle();
};
const move = async (zone: string) => {
  const { user } = own.ams;
  own.ams.user = user && { ...user, timeZone: zone as TimeZone };
  await look();
};
const look = async () => {
  await own.clock.advance(60 * 60_000);
  own.lookOverAll();
  await own.settle();
};
const held = (id = "1") => own.ams.records.get(`appointment/${id}`)?.values;
const text = async (id = "1") =>
  (await own.raw("GET", own.hrefOf("appointments", id))).text;
const edit = async (of: RegExp, into: string) => {
  const body = (await text()).replace(of, into);
  const { status } = await own.raw("PUT", own.hrefOf("appointments", "1"), {
    body,
  });
  expect(status).toBe(201);
};
/** Links as they are made by a release that does not remember the zone. */
const forget = () => {
  const { links } = own.state.stream(own.key.accountId, "appointments");
  for (const [id, link] of links)
    links.set(id, {
      ...link,
      fields: link.fields.replace(/,?"@":"[^"]*",?/, ""),
    });
};

it("another zone of the brokerage moves no appointment, and what is there is written anew in it", async () => {
  await begin();
  await move("Europe/London");
  expect([held(), held("2")]).toMatchObject([TIMES, { from: null, to: null }]);
  expect(await text()).toContain("DTSTART;TZID=Europe/London:20270115T100000");
  expect(await text("2")).toContain("DTSTART;VALUE=DATE:20270115");
  expect(await own.again()).toEqual({ writes: 0, created: 0 });
});

it("another text that was entered meanwhile comes in, and the times stay", async () => {
  await begin();
  await edit(/SUMMARY:[^\r]*/, "SUMMARY:Abnahme");
  await move("Europe/London");
  expect(held()).toMatchObject({ ...TIMES, reason: "Abnahme" });
  expect(await text()).toContain("DTSTART;TZID=Europe/London:20270115T100000");
});

it("what was moved there comes in, as the instant that it is", async () => {
  await begin();
  await edit(/T100000/, "T153000");
  await edit(/T110000/, "T164500");
  await move("Europe/London");
  expect(held()).toMatchObject({ ...TIMES, from: "14:30", to: "15:45" });
  expect(await own.again()).toEqual({ writes: 0, created: 0 });
});

it("what was changed in ams goes there", async () => {
  await begin();
  own.commit([visit("1", { ...TIMES, to: "12:00" })]);
  await move("Europe/London");
  expect(held()).toMatchObject({ ...TIMES, to: "12:00" });
  expect(await text()).toContain("DTEND;TZID=Europe/London:20270115T120000");
});

it("what was called off there is not brought back by it", async () => {
  await begin();
  await edit(/BEGIN:VEVENT\r\n/, "BEGIN:VEVENT\r\nSTATUS:CANCELLED\r\n");
  await move("Europe/London");
  await look();
  expect(held()).toMatchObject(TIMES);
  expect(await text()).toContain("STATUS:CANCELLED");
});

it("of an older link the version tells that nothing was moved, and the next look what it is agreed in", async () => {
  await begin();
  forget();
  await move("Europe/London");
  expect(held()).toMatchObject(TIMES);
  expect(await text()).toContain("DTSTART;TZID=Europe/London:20270115T100000");
  forget();
  await look();
  await edit(/SUMMARY:[^\r]*/, "SUMMARY:Abnahme");
  await move("Europe/Berlin");
  expect(held()).toMatchObject({ ...TIMES, reason: "Abnahme" });
});
