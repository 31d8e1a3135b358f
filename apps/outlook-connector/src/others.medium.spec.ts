import { MemoryClock } from "@ams-sync/connector-kit/memory";
import type { AmsRecord, UserView } from "@ams-sync/sync-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  type GraphSite,
  type OutlookUser,
  startSite,
} from "./testing/graph-site.js";
import { OutlookAccount } from "./testing/outlook-account.js";

let site: GraphSite;
let anna: OutlookUser;
let account: OutlookAccount;
let count = 0;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

const visit = (
  id: string,
  ownerId: string,
  values = { date: "2027-02-01", reason: `Besuch ${ownerId}` },
): AmsRecord => ({
  ...{ kind: "appointment", id, ownerId, values },
  lastChanged: new MemoryClock().epoch() as AmsRecord["lastChanged"],
});
const seen = () =>
  anna.events
    .list()
    .map(({ subject }) => subject)
    .toSorted();
const may = (
  rights: readonly string[],
  colleagues: readonly string[],
): UserView => ({
  ...{ userId: "7", agentRelease: false, releasedAgentIds: new Set() },
  timeZone: "Europe/Berlin" as UserView["timeZone"],
  rights: new Set(rights),
  colleagueIds: new Set(colleagues),
});

beforeEach(async () => {
  anna = site.graph.mailbox(`anna${(count += 1)}@makler.example`);
  account = new OutlookAccount(
    site.connector(),
    { username: anna.address, password: site.password() },
    ["appointments"],
  );
  account.options = {
    ...account.options,
    appointments: { ownerIds: ["8", "9"] },
  };
  account.ams.user = may(["appointments.department"], ["8"]);
  account.commit([visit("1", "7"), visit("2", "8"), visit("3", "9")]);
  await account.settle();
});

it("appointments of the department go out with the right, and are gone without it (R14, R15)", async () => {
  expect(seen()).toEqual(["Besuch 7", "Besuch 8"]);
  account.ams.user = may([], []);
  account.state.wantAll(account.key.accountId);
  await account.settle();
  expect(seen()).toEqual(["Besuch 7"]);
  account.ams.user = may(["appointments.department"], ["8", "9"]);
  account.state.wantAll(account.key.accountId);
  await account.settle();
  expect(seen()).toEqual(["Besuch 7", "Besuch 8", "Besuch 9"]);
});

it("who may see a colleague's appointment does not change it in ams: it stands in Outlook as it is there", async () => {
  for (const { id, subject } of anna.events.list())
    anna.events.edit(id, { subject: `${String(subject)}, verschoben` });
  account.poll();
  await account.settle();
  const valuesOf = (id: string) =>
    account.ams.records.get(`appointment/${id}`)?.values;
  expect([valuesOf("1"), valuesOf("2")]).toMatchObject([
    { reason: "Besuch 7, verschoben" },
    { reason: "Besuch 8" },
  ]);
  account.commit([
    visit("2", "8", { date: "2027-02-02", reason: "Besuch 8 neu" }),
  ]);
  await account.settle();
  expect(seen()).toEqual(["Besuch 7, verschoben", "Besuch 8 neu"]);
});
