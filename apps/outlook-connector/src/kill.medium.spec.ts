import {
  appointment,
  customer,
  Mortality,
} from "@ams-sync/connector-kit/memory";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type GraphSite, startSite } from "./testing/graph-site.js";
import { OutlookAccount } from "./testing/outlook-account.js";

let site: GraphSite;
let count = 0;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

const visit = (id: string) =>
  appointment(
    id,
    { date: "2027-02-01", from: "09:00", to: "10:00", reason: `Besuch ${id}` },
    0,
  );
const person = (id: string, city = "Köln") =>
  customer(id, { lastName: `Müller ${id}`, city }, 0);

/** What is agreed by now, a change, a deletion and new records to come. */
const prepared = async () => {
  const anna = site.graph.mailbox(`anna${(count += 1)}@makler.example`);
  const account = new OutlookAccount(site.connector(), {
    username: anna.address,
    password: site.password(),
  });
  account.commit([person("0"), person("1"), visit("5")]);
  await account.settle();
  account.commit([person("0", "Düren"), person("8"), visit("9")]);
  account.remove([{ kind: "customer", id: "1" }]);
  account.poll();
  const there = () =>
    [
      ...anna.contacts
        .list()
        .map((one) => [one["surname"], one["homeAddress"]]),
      ...anna.events.list().map((one) => [one["subject"], one["start"]]),
    ]
      .map((one) => JSON.stringify(one))
      .toSorted();
  return { account, there };
};

it("a process that dies at any call leaves nothing twice and nothing behind", async () => {
  const healthy = await prepared();
  const life = new Mortality();
  await healthy.account.run(life);
  await healthy.account.settle();
  const wanted = healthy.there();
  expect(wanted).toHaveLength(4);
  expect(life.calls).toBeGreaterThan(15);
  for (let call = 1; call <= life.calls; call += 1) {
    const when = call % 2 === 0 ? "before" : "after";
    const { account, there } = await prepared();
    const doomed = new Mortality(call, when);
    await Promise.race([doomed.death, account.run(doomed)]);
    await account.clock.advance(60_001);
    await account.settle();
    const at = `killed ${when} call ${call}`;
    expect(there(), at).toEqual(wanted);
    account.poll();
    const [again] = await account.settle();
    expect(again?.counts, at).toMatchObject({
      created: 0,
      updated: 0,
      deleted: 0,
      setAside: 0,
    });
  }
}, 120_000);

it("after a reset what is there is adopted, and nothing is made again", async () => {
  const { account, there } = await prepared();
  await account.settle();
  const before = there();
  for (const stream of ["contacts", "appointments"] as const)
    account.state.reset(account.key.accountId, stream);
  const [run] = await account.settle();
  expect(run?.counts).toMatchObject({ created: 0, deleted: 0 });
  expect(there()).toEqual(before);
});
