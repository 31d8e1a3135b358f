import { radicaleAvailable } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumAvailable } from "./chromium.js";
import { cloudDialog } from "./cloud-dialog.js";
import { openConsole, PASSWORD, type ConsoleOffice } from "./console-office.js";
import type { Visitor } from "./visitor.js";

const there = chromiumAvailable() && radicaleAvailable();

/** The console as people use it: a browser, the real issuer, all services, a DAV server. */
describe.skipIf(!there)("the console", () => {
  let all: ConsoleOffice;
  let boss: Visitor;
  const main = () => boss.page.getByRole("main");

  beforeAll(async () => {
    all = await openConsole({
      seed: 12,
      ...{ users: 3, agents: 2, companies: 1 },
      ...{ customers: 60, appointments: 30 },
    });
    boss = await all.visit({ login: all.login(0) });
  });
  afterAll(async () => {
    await all?.stop();
  });

  test("the first page lists the users, and finds one by a part of the name", async () => {
    const { page } = boss;
    expect(await page.title()).toBe("Benutzer – ams-sync");
    await main().getByRole("link").nth(2).waitFor();
    const [, second] = all.office.brokerage.users;
    const name = `${second?.firstName} ${second?.lastName}`;
    await main()
      .getByLabel("Name oder Anmeldename")
      .fill(name.slice(1, 6).toUpperCase());
    await main().getByText("1 Benutzer angezeigt").waitFor();
    await main().getByRole("link", { name }).click();
    await main()
      .getByRole("heading", { name: `Synchronisation von ${name}` })
      .waitFor();
  });

  test("a wrong password is told at its field and nothing is stored; the right one is, and all goes out", async () => {
    await boss.goTo("/users/1");
    const cloud = cloudDialog(boss.page);
    const login = { serverUrl: all.radicale.url, username: all.login(0) };
    await cloud.open("Kontakte");
    await cloud.type({ ...login, password: "falsch" });
    await cloud.test();
    await cloud.dialog
      .getByText("Benutzername oder Kennwort ist falsch")
      .waitFor();
    expect(await cloud.password.getAttribute("aria-invalid")).toBe("true");
    await cloud.sendEverything();
    await cloud.save();
    await cloud.dialog.getByText("Nicht gespeichert").waitFor();
    await cloud.type({ ...login, password: PASSWORD });
    await cloud.test();
    await cloud.dialog.getByText("Die Anmeldung funktioniert").waitFor();
    await cloud.dialog.getByLabel("Termine mit diesem Konto").check();
    await cloud.save();
    await cloud.closed();
    await main()
      .getByText(`${all.login(0)} auf`)
      .first()
      .waitFor();
    const { accounts } = await all.office.settings.listAccounts({
      tenantId: all.office.tenantId,
    });
    expect(accounts).toHaveLength(1);
    expect(accounts[0]).toMatchObject({
      username: all.login(0),
      contacts: { customers: true },
      appointments: {},
    });
  });

  test("whoever was slower sees what changed, and saves on top of it", async () => {
    const cloud = cloudDialog(boss.page);
    await cloud.reopen("Kontakte");
    const other = await all.visit({ login: all.login(0), path: "/users/1" });
    const theirs = cloudDialog(other.page);
    await theirs.reopen("Termine");
    await theirs.dialog.getByLabel("Ältere Termine weglassen").check();
    await theirs.save();
    await theirs.closed();
    await other.leave();

    await cloud.dialog.getByLabel("Gesellschaften").check();
    await cloud.save();
    await cloud.dialog
      .getByText("Jemand anderes hat das inzwischen geändert")
      .waitFor();
    const row = cloud.dialog.getByRole("row", { name: /Ältere Termine/ });
    expect(await row.getByRole("cell").allTextContents()).toEqual([
      "Ja",
      "Nein",
    ]);
    expect(await boss.violations()).toEqual([]);
    await cloud.dialog.getByRole("button", { name: "Meine Eingaben" }).click();
    await cloud.closed();
    const { accounts } = await all.office.settings.listAccounts({
      tenantId: all.office.tenantId,
    });
    expect(accounts[0]).toMatchObject({
      contacts: { customers: true, companies: true },
      appointments: { maxAgeDays: 30 },
    });
  });

  test("nothing in the browser went wrong, and its policy refused nothing", () => {
    expect(boss.faults).toEqual([]);
  });
});
