import { customer, MemoryClock } from "@ams-sync/connector-kit/memory";
import type { AmsRecord } from "@ams-sync/sync-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type GraphSite, startSite } from "./testing/graph-site.js";
import { OutlookAccount } from "./testing/outlook-account.js";

let site: GraphSite;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

const company = (id: string, name: string): AmsRecord => ({
  ...{ kind: "company", id, type: "commercial", tags: [] },
  values: { name },
  lastChanged: new MemoryClock().epoch() as AmsRecord["lastChanged"],
});

it("a kind has a folder of its own (R29), and what is changed there comes in", async () => {
  const anna = site.graph.mailbox("anna@makler.example");
  const insurers = anna.folders.add("Gesellschaften");
  const account = new OutlookAccount(
    site.connector(),
    { username: anna.address, password: site.password() },
    ["contacts"],
  );
  account.containers = {
    contacts: `?company=${encodeURIComponent(`/contactFolders/${insurers}`)}`,
  };
  account.commit([
    customer("1", { lastName: "Müller" }, 0),
    company("2", "Alte Leipziger"),
  ]);
  await account.settle();
  const own = anna.folders.list().find(({ name }) => name === "ams")?.id;
  const namesIn = (folder: string | undefined) =>
    anna.contacts.list(folder).map(({ displayName }) => displayName);
  expect([namesIn(own), namesIn(insurers)]).toEqual([
    ["Müller"],
    ["Alte Leipziger"],
  ]);
  // A whole round is one request for each folder.
  account.poll();
  await account.settle();
  site.graph.requests.clear();
  account.poll();
  await account.settle();
  expect(site.graph.requests.http).toBe(2);
  const [insurer] = anna.contacts.list(insurers);
  anna.contacts.edit(insurer?.id ?? "", { profession: "Versicherer" });
  account.poll();
  await account.settle();
  expect(account.ams.records.get("company/2")?.values).toMatchObject({
    profession: "Versicherer",
  });
});
