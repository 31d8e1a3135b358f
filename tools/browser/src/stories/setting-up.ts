import { expect, test } from "vitest";
import { cloudDialog } from "../cloud-dialog.js";
import { PASSWORD } from "../console-office.js";
import type { Scene } from "../scene.js";

/** From the first page to an account that is set up and changed. */
export function settingUp({ all, boss, main }: Scene): void {
  test("the first page lists the users, and finds one by a part of the name", async () => {
    const { page } = boss();
    expect(await page.title()).toBe("Benutzer – ams-sync");
    await main().getByRole("link").nth(2).waitFor();
    const [, second] = all().office.brokerage.users;
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
    await boss().goTo("/users/1");
    const cloud = cloudDialog(boss().page);
    const login = { serverUrl: all().radicale.url, username: all().login(0) };
    await cloud.open("Kontakte");
    await cloud.type({ ...login, password: "falsch" });
    await cloud.test();
    await cloud.dialog
      .getByText("Benutzername oder Kennwort ist falsch")
      .waitFor();
    expect(await cloud.password.getAttribute("aria-invalid")).toBe("true");
    const { rows } = await all().office.ams.query<{ count: string }>(
      `select count(*) from ams.customer where agent_id in
         (select agent_id from ams.agent_release where user_id = 1)`,
    );
    await cloud.dialog
      .getByText(`Das sind zurzeit ${rows[0]?.count} Kunden.`)
      .waitFor();
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
      .getByText(`${all().login(0)} auf`)
      .first()
      .waitFor();
    const { accounts } = await all().office.settings.listAccounts({
      tenantId: all().office.tenantId,
    });
    expect(accounts).toHaveLength(1);
    expect(accounts[0]).toMatchObject({
      username: all().login(0),
      contacts: { customers: true },
      appointments: {},
    });
  });

  test("the first synchronisation is seen while it goes on", async () => {
    await main().getByRole("link", { name: "Zustand ansehen" }).first().click();
    const bar = main().getByRole("progressbar", { name: /Kontakte: \d+ von/ });
    await bar.waitFor();
    await expect
      .poll(async () => Number(await bar.getAttribute("aria-valuenow")))
      .toBeGreaterThan(0);
    await bar.waitFor({ state: "detached", timeout: 60_000 });
    await main()
      .getByText(/\d+ dort angelegt/)
      .waitFor();
    await main().getByRole("link", { name: "Konfigurieren" }).click();
  });

  test("whoever was slower sees what changed, and saves on top of it", async () => {
    const cloud = cloudDialog(boss().page);
    await cloud.reopen("Kontakte");
    const other = await all().visit({
      login: all().login(0),
      path: "/users/1",
    });
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
    expect(await boss().violations()).toEqual([]);
    await cloud.dialog.getByRole("button", { name: "Meine Eingaben" }).click();
    await cloud.closed();
    const { accounts } = await all().office.settings.listAccounts({
      tenantId: all().office.tenantId,
    });
    expect(accounts[0]).toMatchObject({
      contacts: { customers: true, companies: true },
      appointments: { maxAgeDays: 30 },
    });
  });
}
