import { appointment, customer } from "@ams-sync/connector-kit/memory";
import { selfSigned } from "@ams-sync/testing/graph";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type GraphSite,
  type OutlookUser,
  startSite,
} from "./testing/graph-site.js";
import { OutlookAccount } from "./testing/outlook-account.js";
import { signedIn } from "./testing/signed-in.js";

let site: GraphSite;
let anna: OutlookUser;
let count = 0;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());
beforeEach(() => {
  anna = site.graph.mailbox(`anna${(count += 1)}@makler.example`);
});

const accountWith = (password: string) => {
  const account = new OutlookAccount(site.connector(), {
    ...{ username: anna.address, password },
  });
  account.commit([
    customer("1", { lastName: "Müller" }, 0),
    appointment("2", { date: "2027-02-01", reason: "Besuch" }, 0),
  ]);
  return account;
};
const there = () => [anna.contacts.list().length, anna.events.list().length];
/** As state does once somebody has stored another login, or the mailbox is mended. */
const again = async (account: OutlookAccount) => {
  const known = account.state.account(account.key.accountId);
  delete known.summary;
  known.dueAt = 0;
  await account.settle();
};

describe("a certificate", () => {
  it("opens the mailbox; one that is not the app's says what to do, and nothing is lost", async () => {
    const [own, foreign] = await Promise.all([
      selfSigned("app", "rsa"),
      selfSigned("elsewhere", "rsa"),
    ]);
    const { tenant } = site.graph;
    const app = tenant.register({ certificate: own.certificate });
    const login = ({ certificate, key }: typeof own) =>
      JSON.stringify({
        ...{ tenant: tenant.id, clientId: app.clientId },
        certificate: `${certificate}\n${key}`,
      });
    const account = accountWith(login(foreign));
    const report = await account.run();
    expect(report).toMatchObject({
      outcome: "auth",
      message: expect.stringContaining("certificate"),
    });
    expect(there()).toEqual([0, 0]);
    account.enter(login(own));
    await again(account);
    expect(there()).toEqual([1, 1]);
  });

  it("that cannot be read is not sent anywhere", async () => {
    const account = accountWith(
      JSON.stringify({
        ...{ tenant: site.graph.tenant.id, clientId: site.graph.app.clientId },
        certificate: "-----BEGIN CERTIFICATE----- kaputt",
      }),
    );
    const report = await account.run();
    expect(report.outcome).toBe("auth");
    expect(report.message).toContain("PEM");
    expect(report.message).not.toContain("kaputt");
  });
});

describe("somebody who has signed in", () => {
  it("is known by what Microsoft gave in place of the refresh token, also after a restart", async () => {
    const first = await signedIn(site, anna.address);
    const account = accountWith(first);
    await account.settle();
    expect(there()).toEqual([1, 1]);
    const second = account.login.password;
    expect(second).not.toBe(first);
    expect(Object.keys(JSON.parse(second) as object)).toEqual(
      Object.keys(JSON.parse(first) as object),
    );
    account.commit([customer("3", { lastName: "Schulz" }, 0)]);
    await account.settle();
    // Its access token is known by the new login as well.
    expect(account.login.password).toBe(second);
    account.connector = site.connector();
    account.commit([customer("4", { lastName: "Weiß" }, 0)]);
    await account.settle();
    expect(there()).toEqual([3, 1]);
    expect(account.login.password).not.toBe(second);
  });

  it("is known by it also where it could not be stored the first time", async () => {
    const first = await signedIn(site, anna.address);
    const account = accountWith(first);
    account.storesLogins = false;
    await account.settle();
    expect(account.login.password).toBe(first);
    account.storesLogins = true;
    account.commit([customer("3", { lastName: "Schulz" }, 0)]);
    await account.settle();
    expect(account.login.password).not.toBe(first);
  });

  it("and types another login meanwhile has that one", async () => {
    const account = accountWith(await signedIn(site, anna.address));
    const typed = await signedIn(site, anna.address);
    site.before = {
      method: /POST/,
      act: async () => account.enter(typed),
    };
    await account.settle();
    expect(account.login.password).toBe(typed);
    expect(there()).toEqual([1, 1]);
  });

  it("and has withdrawn the consent is asked to sign in; what waited is done then", async () => {
    const account = accountWith(await signedIn(site, anna.address));
    await account.settle();
    site.graph.app.revoked.add(anna.address);
    site.graph.voidTokens();
    account.commit([customer("5", { lastName: "Groß" }, 0)]);
    const report = await account.run();
    expect(report).toMatchObject({
      outcome: "auth",
      message: expect.stringContaining("consent"),
    });
    site.graph.app.revoked.delete(anna.address);
    account.enter(await signedIn(site, anna.address));
    await again(account);
    expect(there()).toEqual([2, 1]);
  });

  it("and has a new password at Microsoft signs in again", async () => {
    const account = accountWith(await signedIn(site, anna.address));
    site.graph.signIn.endSessions(anna.address);
    const report = await account.run();
    expect(report).toMatchObject({
      outcome: "auth",
      message: expect.stringContaining("sign in again"),
    });
    account.enter(await signedIn(site, anna.address));
    await again(account);
    expect(there()).toEqual([1, 1]);
  });
});

it("a mailbox without a licence waits for one; then all is done", async () => {
  anna.licensed = false;
  const account = accountWith(site.password());
  const report = await account.run();
  expect(report).toMatchObject({
    outcome: "auth",
    message: expect.stringContaining("assign a licence"),
  });
  anna.licensed = true;
  await again(account);
  expect(there()).toEqual([1, 1]);
});

it("a chosen folder that is deleted stops its stream only; with another choice nothing is lost", async () => {
  const folder = anna.folders.add("Kunden");
  const account = accountWith(site.password());
  account.containers = { contacts: `/contactFolders/${folder}` };
  await account.settle();
  anna.folders.remove(folder);
  account.commit([
    customer("6", { lastName: "Köhler" }, 0),
    appointment("7", { date: "2027-02-03", reason: "Gespräch" }, 0),
  ]);
  account.poll();
  const report = await account.run();
  expect(report.message).toContain("choose another one");
  expect(anna.events.list()).toHaveLength(2);
  account.containers = {};
  account.state.announce(account.key.accountId, 1n, ["contacts"]);
  await again(account);
  expect(anna.contacts.list()).toHaveLength(2);
});
