import { randomBytes } from "node:crypto";
import { appointment, customer } from "@ams-sync/connector-kit/memory";
import { waitFor } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  type GraphSite,
  type OutlookUser,
  startSite,
} from "../testing/graph-site.js";
import { Hooked } from "../testing/hooked.js";

const HOUR = 60 * 60 * 1_000;

let site: GraphSite;
let hooked: Hooked;
let anna: OutlookUser;
let count = 0;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());
beforeEach(async () => {
  anna = site.graph.mailbox(`anna${(count += 1)}@makler.example`);
  hooked = await Hooked.open(site, anna.address, randomBytes(32));
  hooked.account.commit([
    customer("1", { lastName: "Müller", city: "Köln" }, 0),
    appointment("9", { date: "2024-04-01", reason: "Besuch" }, 0),
  ]);
  await hooked.settle();
  return () => hooked.close();
});

const contact = () => anna.contacts.list()[0]?.id ?? "";
const subscriptions = () =>
  site.graph.subscriptions.all.filter(({ mailbox }) => mailbox.id === anna.id);
const asked = () => site.graph.requests.count({ at: /\/subscriptions/ });

it("a change in Outlook makes the account due and is in ams with the next run; a run without one costs a request for each folder", async () => {
  expect(
    subscriptions()
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(["contacts", "events"]);
  site.graph.requests.clear();
  await hooked.poll();
  expect(site.graph.requests.http).toBe(2);
  anna.contacts.edit(contact(), { mobilePhone: "0171 555" });
  await hooked.toldOf("contacts");
  await hooked.settle();
  expect(hooked.account.ams.records.get("customer/1")?.values).toMatchObject({
    mobile: expect.stringContaining("171"),
  });
  const [event] = anna.events.list();
  anna.events.edit(event?.id ?? "", { subject: "Besuch am Nachmittag" });
  await hooked.toldOf("appointments");
  await hooked.settle();
  expect(hooked.account.ams.records.get("appointment/9")?.values).toMatchObject(
    { reason: "Besuch am Nachmittag" },
  );
});

it("are renewed long before they end, and made anew where they have ended", async () => {
  const ends = () => subscriptions().map(({ until }) => until);
  const first = ends();
  await hooked.advance(25 * HOUR);
  await hooked.poll();
  expect(ends().map((until, index) => until - (first[index] ?? 0))).toEqual([
    ...[25 * HOUR, 25 * HOUR],
  ]);
  const known = subscriptions().map(({ id }) => id);
  site.graph.requests.clear();
  await hooked.poll();
  expect(asked()).toBe(0);
  await hooked.advance(49 * HOUR);
  expect(subscriptions()).toEqual([]);
  await hooked.poll();
  const made = subscriptions().map(({ id }) => id);
  expect(made).toHaveLength(2);
  expect(made.some((id) => known.includes(id))).toBe(false);
});

it("what Graph grants for less time is renewed by that time", async () => {
  site.graph.subscriptions.shortenToMinutes = 60;
  await hooked.advance(25 * HOUR);
  await hooked.poll();
  await hooked.advance(HOUR / 2);
  await hooked.poll();
  site.graph.subscriptions.shortenToMinutes = undefined;
  const now = hooked.account.clock.epoch();
  expect(subscriptions().map(({ until }) => until - now)).toEqual([
    ...[HOUR, HOUR],
  ]);
});

it("one that was removed is made anew, and one that is to be authorised anew tells again", async () => {
  await site.graph.subscriptions.lifecycle("subscriptionRemoved");
  await hooked.toldOf("contacts");
  await hooked.toldOf("appointments");
  expect(subscriptions()).toEqual([]);
  await hooked.settle();
  expect(subscriptions()).toHaveLength(2);
  await site.graph.subscriptions.lifecycle("reauthorizationRequired");
  await hooked.toldOf("contacts");
  await hooked.toldOf("appointments");
  await hooked.settle();
  expect(subscriptions().map(({ paused }) => paused)).toEqual([false, false]);
  // Once is enough.
  site.graph.requests.clear();
  await hooked.poll();
  expect(asked()).toBe(0);
  await site.graph.subscriptions.lifecycle("missed");
  await hooked.toldOf("contacts");
  expect(hooked.heard.some(({ unwatched }) => unwatched)).toBe(false);
});

it("after a reset those that stand are found again, and none is left over", async () => {
  const known = subscriptions().map(({ id }) => id);
  for (const stream of ["contacts", "appointments"] as const)
    hooked.account.state.reset(hooked.account.key.accountId, stream);
  await hooked.settle();
  expect(subscriptions().map(({ id }) => id)).toEqual(known);
});

it("of a folder that is not used any more nobody is told", async () => {
  const folder = anna.folders.add("Kunden");
  hooked.account.containers = { contacts: `/contactFolders/${folder}` };
  hooked.account.state.announce(hooked.account.key.accountId, 1n, ["contacts"]);
  await hooked.settle();
  const contacts = subscriptions().filter(({ kind }) => kind === "contacts");
  expect(contacts.map(({ container }) => container?.id)).toEqual([folder]);
});

it("with another key or public address they are made anew, and the former ones removed", async () => {
  const known = subscriptions().map(({ id }) => id);
  await hooked.restart(randomBytes(32));
  await hooked.poll();
  const made = subscriptions();
  expect(made).toHaveLength(2);
  expect(made.some(({ id }) => known.includes(id))).toBe(false);
  await hooked.quiet();
  anna.contacts.edit(contact(), { mobilePhone: "0171 777" });
  await hooked.toldOf("contacts");
});

it("with another key at the same address they are made anew, and what Graph tells is taken", async () => {
  const known = subscriptions().map(({ id }) => id);
  await hooked.rotate(randomBytes(32));
  await hooked.poll();
  const made = subscriptions();
  expect(made).toHaveLength(2);
  expect(made.some(({ id }) => known.includes(id))).toBe(false);
  await hooked.quiet();
  anna.contacts.edit(contact(), { mobilePhone: "0171 888" });
  await hooked.toldOf("contacts");
});

it("before an account ends they are called off", async () => {
  expect(subscriptions()).toHaveLength(2);
  await hooked.part();
  expect(subscriptions()).toEqual([]);
  expect(anna.contacts.list()).toEqual([]);
});

it("one that no token knows is called off, too", async () => {
  const [one] = subscriptions();
  if (!one) throw new Error("none");
  const { caller, mailbox, kind, container } = one;
  await site.graph.subscriptions.add(
    caller,
    {
      changeType: "created,updated,deleted",
      ...{ resource: one.resource, notificationUrl: one.notificationUrl },
      expirationDateTime: new Date(one.until).toISOString(),
      clientState: one.clientState,
    },
    () => ({ mailbox, kind, container }),
    true,
  );
  expect(subscriptions()).toHaveLength(3);
  await hooked.part();
  expect(subscriptions()).toEqual([]);
});

it("what is refused for one folder is no reason against the others, and is tried again an hour later", async () => {
  const main = anna.folders.add("Kunden");
  const firms = anna.folders.add("Gesellschaften");
  hooked.account.containers = {
    contacts: `/contactFolders/${main}?company=${encodeURIComponent(`/contactFolders/${firms}`)}`,
  };
  site.graph.faults.on(
    { method: "POST", path: /^\/subscriptions/, times: 1 },
    { kind: "status", status: 403 },
  );
  hooked.account.state.announce(hooked.account.key.accountId, 1n, ["contacts"]);
  await hooked.settle();
  site.graph.faults.clear();
  const folders = () =>
    subscriptions().flatMap(({ container }) => container?.id ?? []);
  expect(folders()).toEqual([firms]);
  await hooked.advance(HOUR);
  await hooked.poll();
  expect(folders()).toEqual([firms, main]);
});

it("where Graph cannot reach the address polling alone does, and it is asked again an hour later", async () => {
  await hooked.unreachable();
  await hooked.poll();
  site.graph.requests.clear();
  await hooked.poll();
  expect(site.graph.requests.http).toBe(2);
  anna.contacts.edit(contact(), { mobilePhone: "0171 999" });
  await hooked.poll();
  expect(hooked.account.ams.records.get("customer/1")?.values).toMatchObject({
    mobile: expect.stringContaining("999"),
  });
  await hooked.advance(HOUR);
  site.graph.requests.clear();
  await hooked.poll();
  expect(asked()).toBeGreaterThan(0);
});

it("a replica that made none takes their notifications all the same", async () => {
  const [one] = subscriptions();
  const other = await hooked.replica();
  await hooked.quiet();
  const answer = await fetch(
    new URL(new URL(one?.notificationUrl ?? "").pathname, other.url),
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ value: [{ clientState: one?.clientState }] }),
    },
  );
  expect(answer.status).toBe(202);
  await waitFor(async () => hooked.heard.length === 1, { what: "news" });
  await other.close();
});
