import { saveItem } from "@ams-sync/proof";
import { expect, test } from "vitest";
import { addressBook } from "../address-book.js";
import { cloudDialog } from "../cloud-dialog.js";
import { PASSWORD } from "../console-office.js";
import { keyboard } from "../keyboard.js";
import type { Scene } from "../scene.js";
import type { Visitor } from "../visitor.js";

const IN_TIME = { timeout: 60_000 };

/** From signing in to disconnecting without a mouse, for the third user. */
export function byKeyboard({ all }: Scene): void {
  let somebody: Visitor;
  const page = () => somebody.page;
  const main = () => page().getByRole("main");
  const heading = (name: string | RegExp) =>
    main().getByRole("heading", { level: 1, name });
  const button = (name: string) =>
    main().getByRole("button", { name, exact: true });
  const dialog = (name: string) => page().getByRole("dialog", { name });
  const keys = () => (hands ??= keyboard(page()));
  let hands: ReturnType<typeof keyboard> | undefined;
  const login = () => ({
    ...{ url: all().radicale.url, username: all().login(2) },
    password: PASSWORD,
  });
  const stored = async () => {
    const { accounts } = await all().office.settings.listAccounts({
      tenantId: all().office.tenantId,
    });
    return accounts.find(({ username }) => username === all().login(2));
  };
  const nav = async (name: string): Promise<void> => {
    await keys().press("Control+Home");
    await page().evaluate("document.activeElement.blur()");
    await keys().to(page().getByRole("navigation").getByRole("link", { name }));
    await keys().press("Enter");
    await keys().at(heading(name));
  };

  test("by keyboard somebody signs in, leaves the menu out, finds a user and connects them", async () => {
    somebody = await all().visit({ login: all().login(0), hand: "keyboard" });
    const { to, at, press, type } = keys();
    await heading("Benutzer").waitFor();
    await press("Tab");
    await at(page().getByRole("link", { name: "Zum Inhalt springen" }));
    await press("Enter");
    await at(heading("Benutzer"));
    await to(main().getByRole("searchbox"));
    const [, , third] = all().office.brokerage.users;
    await type(third?.lastName ?? "");
    await main().getByText("1 Benutzer angezeigt").waitFor();
    await to(main().getByRole("link", { name: third?.lastName ?? "" }));
    await press("Enter");
    await at(heading(/^Synchronisation von /));

    await to(button("„ams Cloud“ für Kontakte auswählen"));
    await press("Enter");
    const cloud = cloudDialog(page());
    await at(cloud.dialog.getByRole("textbox", { name: "Serveradresse" }));
    await type(login().url);
    await press("Tab");
    await type(login().username);
    await press("Tab");
    await type(login().password);
    const tested = cloud.dialog.getByRole("button", {
      name: "Anmeldung testen",
    });
    await to(tested);
    await press("Enter");
    await cloud.dialog.getByText("Die Anmeldung funktioniert").waitFor();
    await at(tested);
    await to(cloud.dialog.getByLabel("Ja, ohne Einschränkung übertragen"));
    await press("Space");
    await to(cloud.dialog.getByRole("button", { name: "Speichern" }));
    await press("Enter");
    await cloud.closed();
    await at(button("ams Cloud für Kontakte konfigurieren"));
    expect(await stored()).toMatchObject({ contacts: { customers: true } });
  });

  test("Escape closes what is open and nothing else, a day is typed as people write it, and what it would do is agreed to", async () => {
    const { to, at, press, type } = keys();
    const cloud = cloudDialog(page());
    const opener = button("ams Cloud für Kontakte konfigurieren");
    await press("Enter");
    await cloud.dialog.waitFor();
    await press("Escape");
    await cloud.closed();
    await at(opener);

    await press("Enter");
    const book = cloud.dialog.getByRole("combobox", { name: "Adressbuch" });
    await to(book);
    await press("ArrowDown");
    await page().getByRole("option").first().waitFor();
    await press("Escape");
    await page().getByRole("option").first().waitFor({ state: "detached" });
    await at(book);
    await to(cloud.dialog.getByLabel("Gesellschaften"));
    await press("Space");
    const day = cloud.dialog.getByRole("textbox", {
      name: "Nur bearbeitet seit",
    });
    await to(day);
    await type("31.2.2024");
    await press("Enter");
    await cloud.dialog.getByText("Bitte ein Datum wie 31.01.2024.").waitFor();
    await at(day);
    await press("Control+A");
    await type("1.3.2024");
    await press("Tab");
    expect(await day.inputValue()).toBe("01.03.2024");
    await to(cloud.dialog.getByRole("button", { name: "Speichern" }));
    await press("Enter");
    await cloud.closed();
    await at(opener);
    expect(await stored()).toMatchObject({
      contacts: { companies: true, editedSince: "2024-03-01" },
    });

    await to(main().getByRole("link", { name: "Zustand ansehen" }));
    await press("Enter");
    await at(heading(/^ams Cloud von /));
    await main().getByText("Wartet auf Ihre Zustimmung").waitFor(IN_TIME);
    await to(main().getByRole("link", { name: "Vorschau ansehen" }));
    await press("Enter");
    await at(main().getByRole("tabpanel"));
    const apply = button("Jetzt so ausführen");
    await to(apply);
    await press("Enter");
    const sure = dialog("Jetzt so ausführen?");
    await at(sure.getByRole("button", { name: "Abbrechen" }));
    await press("Escape");
    await sure.waitFor({ state: "detached" });
    await at(apply);
    await press("Enter");
    await to(sure.getByRole("button", { name: "Jetzt so ausführen" }));
    await press("Enter");
    await main().getByText("Es wird so ausgeführt").waitFor();
    await apply.waitFor({ state: "detached" });
    await at(main());
  });

  test("a question is answered and the journals are read, and the focus stays where the answer was", async () => {
    const { to, at, press } = keys();
    await saveItem(
      login(),
      await addressBook(login()).newItem("frage.vcf"),
      ["BEGIN:VCARD", "VERSION:3.0", "UID:frage", "FN:Frage", "END:VCARD"].join(
        "\r\n",
      ),
    );
    await nav("Konten");
    const choice = main().getByRole("combobox", { name: "Zustand" });
    await to(choice);
    await press("ArrowDown");
    const fine = page().getByRole("option", { name: "In Ordnung" });
    await fine.waitFor();
    await expect
      .poll(async () => {
        await press("ArrowDown");
        return fine.getAttribute("data-combobox-selected");
      })
      .toBe("true");
    await press("Enter");
    await expect.poll(() => choice.inputValue()).toBe("In Ordnung");
    await at(choice);
    const [, , third] = all().office.brokerage.users;
    await to(main().getByRole("link", { name: third?.lastName ?? "" }));
    await press("Enter");
    await at(heading(/^ams Cloud von /));
    const now = button("Jetzt synchronisieren");
    await to(now);
    await press("Enter");
    await main().getByText("Der Abgleich beginnt.").waitFor();
    await at(now);
    await to(main().getByRole("button", { name: "Schließen" }));
    await press("Enter");
    await at(main());
    const tab = (name: string) => main().getByRole("tab", { name });
    await to(tab("Läufe"));
    for (const name of ["Zurückgestellt", "Angehalten", "Offene Fragen"]) {
      await press("ArrowRight");
      await at(tab(name));
    }
    const entry = main().getByRole("listitem").filter({ hasText: "frage.vcf" });
    await to(entry.getByRole("button", { name: "Nur dort lassen" }));
    await press("Enter");
    await entry.getByText("bleibt nur dort").waitFor();
    await at(entry);
    await press("Shift+Tab");
    await at(tab("Offene Fragen"));
    await press("ArrowRight", "ArrowRight");
    await at(tab("Konflikte"));
    await main().getByText("Es gab keine Konflikte.").waitFor();
    await nav("Protokoll");
    await to(main().getByRole("link").first());
  });

  test("by keyboard the account is disconnected, and nothing on the way was out of sight", async () => {
    const { to, at, press, wrong } = keys();
    const id = (await stored())?.account?.accountId;
    await somebody.goTo(`/accounts/${id}`);
    await at(heading(/^ams Cloud von /));
    await to(button("Konto trennen"));
    await press("Enter");
    const ask = dialog("Dieses Konto trennen?");
    await at(ask.getByLabel("Von ams angelegte Einträge entfernen"));
    await press("ArrowDown");
    await at(ask.getByLabel("Alles dort belassen"));
    await to(ask.getByRole("button", { name: "Trennen" }));
    await press("Enter");
    await at(heading("Das Konto ist getrennt"));
    await press("Shift+Tab");
    const menu = page().getByRole("button", {
      name: "Sprache, Darstellung, Abmelden",
    });
    await page().evaluate("document.activeElement.blur()");
    await to(menu);
    await press("Enter");
    await page().getByRole("menuitemradio", { name: "Deutsch" }).waitFor();
    await press("Escape");
    await at(menu);
    expect([...wrong]).toEqual([]);
    expect(somebody.faults).toEqual([]);
    await somebody.leave();
  });

  test("on a telephone the menu takes the focus only while it is open", async () => {
    const reader = await all().visit({
      login: all().login(0),
      hand: "keyboard",
      options: { viewport: { width: 390, height: 844 } },
    });
    const { to, at, press, wrong } = keyboard(reader.page);
    const there = reader.page.getByRole("main");
    const burger = reader.page.getByRole("button", { name: /^Menü / });
    const places = reader.page.getByRole("navigation");
    await there.getByRole("searchbox").waitFor();
    await to(burger);
    await press("Tab", "Tab");
    await at(there.getByRole("searchbox"));
    await press("Shift+Tab", "Shift+Tab", "Enter");
    await to(places.getByRole("link", { name: "Benutzer" }));
    await press("Escape");
    await at(burger);
    await press("Enter");
    await to(places.getByRole("link", { name: "Protokoll" }));
    await press("Enter");
    await at(there.getByRole("heading", { level: 1, name: "Protokoll" }));
    expect([...wrong]).toEqual([]);
    await reader.leave();
  });
}
