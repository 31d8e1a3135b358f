import { identityOf } from "@ams-sync/connector-kit";
import { customer as record } from "@ams-sync/connector-kit/memory";
import type { OutlookUser } from "@ams-sync/testing/graph";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { OWN_ID } from "./item/extended.js";
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

const customer = (id: number, values = {}) =>
  record(String(id), { lastName: `Müller ${id}`, ...values }, 0);

beforeEach(async () => {
  anna = site.graph.mailbox(`anna${(count += 1)}@makler.example`);
  calendar = anna.calendars.add("Termine");
  account = new OutlookAccount(site.connector(), {
    username: anna.address,
    password: site.password(),
  });
  account.containers = { appointments: `/calendars/${calendar}` };
  account.ams.customerNumbers.set("3", "4711");
  account.commit([
    customer(1),
    customer(2, { email: "zwei@example.org" }),
    customer(3),
  ]);
  await account.settle();
});

const at = (time: string) => ({
  dateTime: `2027-01-15T${time}:00`,
  timeZone: "W. Europe Standard Time",
});
const event = (more: object = {}) =>
  anna.events.add(
    { subject: "Beratung", start: at("10:00"), end: at("11:00"), ...more },
    calendar,
  ).id;
const contactOf = (id: number): string => {
  const { uid } = identityOf(account.key.tenantId, "customer", String(id));
  const found = anna.contacts
    .list()
    .find(({ singleValueExtendedProperties: some }) =>
      JSON.stringify(some).includes(uid),
    );
  return found?.id ?? "";
};
const cameIn = () =>
  [...account.ams.made.values()].map((made) =>
    made.kind === "appointment" ? made.customerId : undefined,
  );
const reasons = () =>
  [
    ...account.state.stream(account.key.accountId, "appointments").questions
      .unlinked,
  ].map(([, { reason }]) => reason);
const polled = async () => {
  account.poll();
  await account.settle();
};

describe("a new appointment in Outlook comes in (R23)", () => {
  it("for the customer whose contact it is linked with, before anybody invited", async () => {
    const id = event({
      attendees: [
        { type: "required", emailAddress: { address: "zwei@example.org" } },
      ],
    });
    anna.linkContacts(id, contactOf(1));
    const { length } = anna.invitations;
    await polled();
    expect(cameIn()).toEqual(["1"]);
    expect(anna.invitations).toHaveLength(length);
  });

  it("for the one invited, and by the category with the customer's number", async () => {
    event({
      attendees: [
        { type: "required", emailAddress: { address: "Zwei@example.org" } },
      ],
    });
    event({ start: at("08:00"), end: at("09:00"), categories: ["ams:4711"] });
    await polled();
    expect(cameIn().toSorted()).toEqual(["2", "3"]);
  });
});

describe("it stays where it is, with the reason:", () => {
  it("without a link", async () => {
    event();
    await polled();
    expect([cameIn(), reasons()]).toEqual([[], ["no-customer"]]);
  });

  it("with contacts of two customers, though one of them is invited", async () => {
    const id = event({
      attendees: [
        { type: "required", emailAddress: { address: "zwei@example.org" } },
      ],
    });
    anna.linkContacts(id, contactOf(1), contactOf(3));
    await polled();
    expect([cameIn(), reasons()]).toEqual([[], ["no-customer"]]);
  });

  it("with a contact that is none of ams", async () => {
    const stranger = anna.contacts.add({ surname: "Fremd" }).id;
    expect(JSON.stringify(anna.contacts.get(stranger))).not.toContain(OWN_ID);
    const id = event();
    anna.linkContacts(id, stranger);
    await polled();
    expect([cameIn(), reasons()]).toEqual([[], ["no-customer"]]);
  });

  it("as a series", async () => {
    event({
      recurrence: {
        pattern: { type: "weekly", interval: 1, daysOfWeek: ["friday"] },
        range: {
          ...{ type: "endDate", startDate: "2027-01-15" },
          ...{ endDate: "2027-03-15" },
        },
      },
    });
    await polled();
    expect([cameIn(), reasons()]).toEqual([[], ["recurring"]]);
  });
});
