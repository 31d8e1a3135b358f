import { DavReader, type DavItem } from "@ams-sync/proof";
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
      ...{ customers: 200, appointments: 30 },
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
    const { rows } = await all.office.ams.query<{ count: string }>(
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

  test("a change in ams shows as a run, and a reset makes nothing twice", async () => {
    const { page } = boss;
    await main().getByRole("link", { name: "Zustand ansehen" }).first().click();
    // The page before says it of both kinds.
    await main()
      .getByRole("heading", { name: /^ams Cloud von/ })
      .waitFor();
    await main().getByText("In Ordnung").waitFor();
    await main().getByText("Gerade läuft kein Abgleich").waitFor();
    const runs = main().getByRole("listitem");
    await expect.poll(() => runs.count()).toBeGreaterThan(0);
    // As somebody in ams does.
    await all.office.ams.query(
      "update ams.customer set mobile = '+49 170 5550123' where customer_id = 1",
    );
    await expect
      .poll(() => runs.first().textContent(), { timeout: 15_000 })
      .toMatch(/\D1 dort geändert/);
    await main().getByRole("button", { name: "Kontakte zurücksetzen" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "Zurücksetzen" })
      .click();
    await main().getByText("doppelt angelegt wird nichts").waitFor();
    await expect
      .poll(() => runs.first().textContent(), { timeout: 30_000 })
      .toMatch(/\d{2,} unverändert/);
    expect(await runs.first().textContent()).not.toMatch(/angelegt/);
  });

  test("what is deleted there is shown, and comes back when somebody says so", async () => {
    const item = (await cardWith("BEGIN:VCARD")).url;
    await dav("DELETE", item);
    await main().getByRole("button", { name: "Jetzt synchronisieren" }).click();
    await main().getByRole("tab", { name: "Dort gelöscht" }).click();
    const restore = main().getByRole("button", { name: "Wiederherstellen" });
    await restore.first().waitFor();
    expect(await main().getByRole("tabpanel").textContent()).toMatch(
      /Kunde \D/,
    );
    await restore.first().click();
    await expect.poll(() => dav("GET", item), { timeout: 15_000 }).toBe(200);
    await restore.first().waitFor({ state: "detached" });
  });

  test("the dialog is worked by keyboard alone, and the focus comes back", async () => {
    const { page } = boss;
    await boss.goTo("/users/2");
    const opener = page.getByRole("button", {
      name: "„ams Cloud“ für Termine auswählen",
    });
    await opener.focus();
    await page.keyboard.press("Enter");
    const cloud = cloudDialog(page);
    await cloud.dialog.waitFor();
    const typed = [all.radicale.url, all.login(1), PASSWORD];
    for (const [index, text] of typed.entries()) {
      if (index > 0) await page.keyboard.press("Tab");
      await page.keyboard.type(text);
    }
    await page.keyboard.press("Enter");
    await cloud.closed();
    await expect
      .poll(() => page.evaluate("`${document.activeElement.ariaLabel}`"))
      .toMatch(/ams Cloud/);
    await main()
      .getByText(`${all.login(1)} auf`)
      .waitFor();
  });

  test("whoever lacks a right is told which, and whoever runs the service sees figures only", async () => {
    await all.office.ams.query(
      "delete from ams.user_right where user_id = 3 and right_code = 'window.users.synchronisation'",
    );
    const third = await all.visit({ login: all.login(2), path: "/users" });
    const alert = third.page.getByRole("alert");
    await alert
      .getByText("Fenster → Benutzer → Seite Synchronisation")
      .waitFor();
    expect(await alert.getByRole("listitem").count()).toBe(1);
    await third.leave();
    const hoster = await all.visit({ login: "hoster" });
    await hoster.page.getByText("Konten: 2").waitFor();
    const text = (await hoster.page.textContent("body")) ?? "";
    for (const { lastName } of all.office.brokerage.users)
      expect(text).not.toContain(lastName);
    expect(await hoster.violations()).toEqual([]);
    await hoster.leave();
  });

  test("a token that has run out is renewed in a window of its own, and what was typed stays", async () => {
    const { page } = boss;
    await boss.goTo("/users/3");
    const cloud = cloudDialog(page);
    await cloud.open("Kontakte");
    await cloud.type({
      ...{ serverUrl: all.radicale.url, username: all.login(2) },
      password: PASSWORD,
    });
    // The service itself says 401, once.
    await page.route(
      "**/logins/check",
      async (route) => {
        const headers = await route.request().allHeaders();
        await route.continue({
          headers: { ...headers, authorization: "Bearer old" },
        });
      },
      { times: 1 },
    );
    await cloud.test();
    const expired = page.getByRole("dialog", { name: "abgelaufen" });
    await expired.getByRole("button", { name: "Neu anmelden" }).click();
    await expired.waitFor({ state: "detached" });
    await cloud.test();
    await cloud.dialog.getByText("Die Anmeldung funktioniert").waitFor();
    expect(await cloud.password.inputValue()).toBe(PASSWORD);
    await page.keyboard.press("Escape");
    await cloud.closed();
  });

  test("nothing in the browser went wrong, and its policy refused nothing", () => {
    expect(boss.faults).toEqual([]);
  });

  describe.each([
    ["light", 1280, "de-DE"],
    ["dark", 360, "en-GB"],
  ] as const)("in %s at %d pixels, %s", (colorScheme, width, locale) => {
    test("every page can be used by everybody and fits its window", async () => {
      const somebody = await all.visit({
        login: all.login(0),
        options: {
          ...{ colorScheme, locale },
          // Tall: what is scrolled out of sight is not looked at.
          viewport: { width, height: 2_400 },
        },
      });
      const seen: Record<string, unknown> = {};
      const look = async (name: string): Promise<void> => {
        const found = await somebody.violations();
        seen[name] = [...found, await somebody.overflow()];
      };
      const paths = await pages();
      for (const path of paths) {
        await somebody.goTo(path);
        await expect
          .poll(() => somebody.page.locator(".mantine-Loader-root").count())
          .toBe(0);
        await look(path);
      }
      await somebody.goTo("/users/1");
      await somebody.page
        .getByRole("button", { name: /konfigurieren|^Configure/ })
        .first()
        .click();
      await somebody.page.getByRole("dialog").waitFor();
      await look("dialog");
      await somebody.leave();
      expect(seen).toEqual(
        Object.fromEntries([...paths, "dialog"].map((path) => [path, [0]])),
      );
      expect(somebody.faults).toEqual([]);
    });
  });

  const pages = async (): Promise<string[]> => {
    const { accounts } = await all.office.settings.listAccounts({
      tenantId: all.office.tenantId,
    });
    const id = accounts[0]?.account?.accountId;
    return [
      ...["/users", "/users/1", "/users/2", "/nowhere", "/accounts", "/audit"],
      ...["runs", "setAside", "held", "left", "lost", "conflicts"].map(
        (tab) => `/accounts/${id}?tab=${tab}`,
      ),
    ];
  };

  const dav = async (
    method: string,
    url: string,
    body?: string,
  ): Promise<number> => {
    const login = Buffer.from(`${all.login(0)}:${PASSWORD}`).toString("base64");
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Basic ${login}`,
        ...(body !== undefined && { "content-type": "text/vcard" }),
      },
      ...(body !== undefined && { body }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };

  const cardWith = async (part: string): Promise<DavItem> => {
    const reader = new DavReader({
      url: all.radicale.url,
      username: all.login(0),
      password: PASSWORD,
    });
    for (const { url, kind } of await reader.collections())
      if (kind === "address book")
        for (const item of await reader.items(url))
          if (item.text.includes(part)) return item;
    throw new Error("there is no such card");
  };
});
