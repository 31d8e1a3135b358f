import { appointment } from "@ams-sync/connector-kit/memory";
import type { TimeZone } from "@ams-sync/sync-core";
import type { OutlookUser } from "@ams-sync/testing/graph";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type GraphSite, startSite } from "./testing/graph-site.js";
import { OutlookAccount } from "./testing/outlook-account.js";

let site: GraphSite;
let anna: OutlookUser;
let account: OutlookAccount;
let calendar: string;
let count = 0;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

const TIMES = { date: "2027-01-15", from: "10:00", to: "11:00" };

beforeEach(async () => {
  anna = site.graph.mailbox(`zone${(count += 1)}@makler.example`);
  calendar = anna.calendars.add("Termine");
  account = new OutlookAccount(site.connector(), {
    username: anna.address,
    password: site.password(),
  });
  account.containers = { appointments: `/calendars/${calendar}` };
  account.commit([
    appointment("1", { ...TIMES, reason: "Beratung" }, 0),
    appointment("2", { date: "2027-01-16", reason: "Messe" }, 0),
  ]);
  await account.settle();
});

const move = async (zone: string) => {
  const { user } = account.ams;
  account.ams.user = user && { ...user, timeZone: zone as TimeZone };
  await look();
};
const look = async () => {
  account.clock.advance(60 * 60_000);
  account.state.wantAll(account.key.accountId);
  account.poll();
  await account.settle();
};
const held = (id = "1") => account.ams.records.get(`appointment/${id}`)?.values;
const events = () => anna.events.list(calendar);
const start = (subject: string) =>
  events().find((one) => one["subject"] === subject)?.["start"];
const idOf = (subject: string): string =>
  String(events().find((one) => one["subject"] === subject)?.["id"]);
const at = (time: string) => ({
  dateTime: `2027-01-15T${time}:00`,
  timeZone: "W. Europe Standard Time",
});

it("another zone of the brokerage moves no appointment, and what is there is written anew in it", async () => {
  await move("Europe/London");
  expect([held(), held("2")]).toMatchObject([TIMES, { date: "2027-01-16" }]);
  // The mailbox's owner looks at it in Berlin, an hour ahead.
  expect(start("Beratung")).toMatchObject({
    dateTime: expect.stringContaining("2027-01-15T11:00"),
  });
  const before = events();
  await look();
  expect(events()).toEqual(before);
});

it("another text that was entered meanwhile comes in, and the times stay", async () => {
  anna.events.edit(idOf("Beratung"), { subject: "Abnahme" });
  await move("Europe/London");
  expect(held()).toMatchObject({ ...TIMES, reason: "Abnahme" });
});

it("what was moved there comes in, as the instant that it is", async () => {
  anna.events.edit(idOf("Beratung"), { start: at("15:30"), end: at("16:45") });
  await move("Europe/London");
  expect(held()).toMatchObject({ ...TIMES, from: "14:30", to: "15:45" });
});
