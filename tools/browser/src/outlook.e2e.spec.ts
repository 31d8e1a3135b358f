import { radicaleAvailable } from "@ams-sync/testing";
import { startGraph, type Graph } from "@ams-sync/testing/graph";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumAvailable } from "./chromium.js";
import { openConsole, type ConsoleOffice } from "./console-office.js";
import type { Visitor } from "./visitor.js";

const there = chromiumAvailable() && radicaleAvailable();
const ADDRESS = "anna@makler.example";

/** An app registration from the first field to the first contact; Graph is a simulator. */
describe.skipIf(!there)("Outlook in the console", () => {
  let graph: Graph;
  let all: ConsoleOffice;
  let boss: Visitor;
  let dialog: Locator;

  beforeAll(async () => {
    graph = await startGraph();
    all = await openConsole(
      {
        seed: 12,
        users: 1,
        agents: 1,
        companies: 2,
        customers: 20,
        appointments: 5,
      },
      graph,
    );
    boss = await all.visit({ login: all.login(0), path: "/users/1" });
    dialog = boss.page.getByRole("dialog", { name: "Outlook konfigurieren" });
  });
  afterAll(async () => {
    await all?.stop();
    await graph?.stop();
  });

  const field = (name: string): Locator =>
    dialog.getByRole("textbox", { name });
  const press = (name: string): Promise<void> =>
    dialog.getByRole("button", { name }).click();
  const says = (text: string): Promise<void> =>
    dialog.getByText(text).first().waitFor();
  const tested = async (told: string): Promise<void> => {
    await press("Anmeldung testen");
    await says(told);
  };

  test("what is wrong with a login has words of its own", async () => {
    const { app, tenant } = graph;
    const anna = graph.mailbox(ADDRESS);
    anna.folders.add("Versicherer");
    await boss.page
      .getByRole("button", { name: "„Outlook“ für Kontakte auswählen" })
      .click();
    await dialog.waitFor();
    await field("Postfach").fill(ADDRESS);
    await field("Mandant").fill(tenant.id);
    await tested("Bitte füllen Sie Mandant, Anwendungs-ID");
    await field("Anwendungs-ID").fill(app.clientId);
    await field("Wert des geheimen").fill("falsch");
    await tested("Geheimnis oder Zertifikat der App wird nicht angenommen");
    await field("Wert des geheimen").fill(app.secret ?? "");
    await field("Mandant").fill("7b0e8a3e-1d64-4f6e-9f0a-5d1f3c1b2a90");
    await tested("Mandant oder App-Registrierung gibt es dort nicht");
    await field("Mandant").fill(tenant.id);
    await field("Postfach").fill("niemand@makler.example");
    await tested("Dieses Postfach gibt es nicht");
    await field("Postfach").fill(ADDRESS);
    await tested("Die Anmeldung funktioniert");
    expect(await boss.violations()).toEqual([]);
  });

  test("a folder is chosen for companies, all is saved, and goes out", async () => {
    await dialog.getByLabel("Gesellschaften", { exact: true }).check();
    await dialog
      .getByRole("combobox", { name: "Ordner für Gesellschaften" })
      .click();
    await boss.page.getByRole("option", { name: "Versicherer" }).click();
    await dialog.getByLabel("Ja, ohne Einschränkung übertragen").check();
    await dialog.getByLabel("Termine mit diesem Konto").check();
    await press("Speichern");
    await dialog.waitFor({ state: "detached" });
    const { accounts } = await all.office.settings.listAccounts({
      tenantId: all.office.tenantId,
    });
    expect(accounts).toHaveLength(1);
    expect(accounts[0]).toMatchObject({
      ...{ username: ADDRESS, serverUrl: "https://graph.microsoft.com/" },
      contacts: { customers: true, companies: true },
      appointments: {},
    });
    const { rows } = await all.office.ams.query<{ count: number }>(
      `select count(*)::int as count from ams.customer where agent_id in
         (select agent_id from ams.agent_release where user_id = 1)`,
    );
    const anna = graph.mailbox(ADDRESS);
    const inside = (name: string) =>
      anna.folders
        .list()
        .filter((folder) => folder.name === name)
        .flatMap(({ id }) => anna.contacts.list(id)).length;
    await expect
      .poll(() => [inside("ams"), inside("Versicherer")], { timeout: 60_000 })
      .toEqual([rows[0]?.count, 2]);
  });

  test("what is stored is never shown again, and stays where nothing is typed", async () => {
    await boss.page
      .getByRole("button", { name: "Outlook für Kontakte konfigurieren" })
      .click();
    await says("Eine App-Registrierung ist gespeichert.");
    expect(await field("Mandant").inputValue()).toBe("");
    expect(await field("Wert des geheimen").inputValue()).toBe("");
    await tested("Die Anmeldung funktioniert");
    await dialog.getByLabel("Vermittler", { exact: true }).check();
    await press("Speichern");
    await dialog.waitFor({ state: "detached" });
    const { accounts } = await all.office.settings.listAccounts({
      tenantId: all.office.tenantId,
    });
    expect(accounts[0]?.contacts).toMatchObject({ agents: true });
    expect(boss.faults).toEqual([]);
  });
});
