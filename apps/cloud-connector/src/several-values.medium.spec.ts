import { customer } from "@ams-sync/connector-kit/memory";
import { radicaleAvailable } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DAV_SITES, type DavSite } from "./testing/dav-sites.js";
import type { InwardAccount } from "./testing/inward-account.js";

/** A card says two mobile numbers, and none of them is the agreed one: its user is asked, and answers. */

const anna = (mobile: string) =>
  customer(
    "1",
    { firstName: "Änne", lastName: "Müller", city: "Köln", mobile },
    0,
  );
const asides = (account: InwardAccount) =>
  account
    .stream("contacts")
    .setAside.map(({ key, code }) => `${key.split(":")[0]}:${code}`)
    .toSorted();

describe.skipIf(!radicaleAvailable())("which of several values is ours", () => {
  let site: DavSite;
  let account: InwardAccount;
  beforeAll(async () => {
    site = await DAV_SITES[0]!.start();
  });
  afterEach(() => account.close());
  afterAll(() => site.stop());

  const asked = async () => {
    account = site.newAccount();
    account.commit([anna("+49 170 1234567")]);
    await account.settle();
    await account.edit(account.at("contacts", "1"), (text) =>
      text.replace(
        /^(TEL.*:)\+49 170 1234567$/m,
        "$10151 99 88 77\r\n$1(0160) 5 55 55",
      ),
    );
    await account.poll();
    expect(asides(account)).toEqual(["remote:several-values"]);
  };

  // The card says it already, so nothing is written, and no server with tokens has anything to tell.
  it("is not asked any more once ams has one of them", async () => {
    await asked();
    account.commit([anna("(0160) 5 55 55")]);
    await account.poll();
    expect(account.values("contacts", "1")["mobile"]).toBe("(0160) 5 55 55");
    expect(asides(account)).toEqual([]);
    expect(await account.get(account.at("contacts", "1"))).toContain(
      "0151 99 88 77",
    );
  });

  // Nothing comes into ams, so that no change of the record ends its question either.
  it("is not asked any more, of the record neither, once the card says again what was agreed", async () => {
    await asked();
    account.commit([anna("+49 170 1234567")]);
    await account.settle();
    expect(asides(account)).toEqual([
      "ams:several-values",
      "remote:several-values",
    ]);
    await account.edit(account.at("contacts", "1"), (text) =>
      text.replace("0151 99 88 77", "+49 170 1234567"),
    );
    await account.poll();
    expect(asides(account)).toEqual([]);
  });
});
