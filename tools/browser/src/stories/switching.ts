import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DavReader, makeCollection, saveItem } from "@ams-sync/proof";
import { startRadicale, type Radicale } from "@ams-sync/testing";
import { expect, test } from "vitest";
import { addressBook } from "../address-book.js";
import { cloudDialog } from "../cloud-dialog.js";
import { PASSWORD } from "../console-office.js";
import type { Scene } from "../scene.js";

const IN_TIME = { timeout: 60_000 };

/** An account that is pointed elsewhere, and what becomes of where it was. */
export function switching({ all, boss, main, login }: Scene): void {
  const cloud = () => cloudDialog(boss().page);
  const press = (name: string) =>
    main().getByRole("button", { name, exact: true }).click();
  const openAccount = async (user: number): Promise<void> => {
    await boss().goTo(`/users/${user}`);
    await main().getByRole("link", { name: "Zustand ansehen" }).first().click();
    await main()
      .getByRole("heading", { name: /^ams Cloud von/ })
      .waitFor();
  };
  const answer = async (items: string): Promise<void> => {
    const { previous, closed } = cloud();
    await previous.getByLabel(items).check();
    await previous.getByRole("button", { name: "Speichern" }).click();
    await closed();
  };
  const agree = async (): Promise<void> => {
    await press("Jetzt so ausführen");
    await boss()
      .page.getByRole("dialog", { name: "Jetzt so ausführen?" })
      .getByRole("button", { name: "Jetzt so ausführen" })
      .click();
    await main().getByText("Es wird so ausgeführt").waitFor();
  };
  const collectionOf = async (kind: "address book" | "calendar") => {
    const found = await new DavReader(login()).collections();
    const own = found.find((one) => one.kind === kind && one.name === "ams");
    if (!own) throw new Error(`ams has no ${kind}`);
    return own.url;
  };
  const newPlace = (name: string) =>
    all().radicale.collectionOf(login().username, name);

  test("pointed at another address book with “remove”: what would be done there is shown first, and what ams had made goes from the old one", async () => {
    const there = addressBook(login());
    const before = await collectionOf("address book");
    const books = await there.names(before);
    const theirs = books.filter((name) => /^[a-z]+\.vcf$/.test(name));
    expect(theirs).toEqual(["anlegen.vcf", "lassen.vcf", "verbinden.vcf"]);
    const { rows } = await all().office.ams.query<{ email: string }>(
      `select min(email) as email from ams.customer where email <> '' and agent_id in
         (select agent_id from ams.agent_release where user_id = 1)
       group by lower(email) having count(*) = 1 order by 1 desc limit 1`,
    );
    const { text } = await there.cardWith(rows[0]?.email ?? "");
    const after = newPlace("umzug");
    await makeCollection(login(), "address book", after, "Umzug");
    await saveItem(
      login(),
      { url: `${after}schon-da.vcf`, etag: "" },
      text.replace(/^UID:.*$/m, "UID:schon-da"),
    );

    await boss().goTo("/users/1");
    await cloud().reopen("Kontakte");
    // The stored one is another by now.
    await cloud().password.fill(PASSWORD);
    await cloud().test();
    await cloud().dialog.getByText("Die Anmeldung funktioniert").waitFor();
    await cloud().choosePlace("Adressbuch", "Umzug");
    await cloud().save();
    const { previous } = cloud();
    await previous.waitFor();
    await previous.getByRole("button", { name: "Speichern" }).click();
    await previous.getByText("Bitte wählen Sie erst").waitFor();
    expect(await boss().violations()).toEqual([]);
    expect(await there.names(before)).toEqual(books);
    await answer("Von ams angelegte Einträge entfernen");

    await expect.poll(() => there.names(before), IN_TIME).toEqual(theirs);
    await openAccount(1);
    await main().getByRole("link", { name: "Vorschau ansehen" }).click();
    await main()
      .getByRole("button", { name: /^\d+ neu$/ })
      .waitFor();
    expect(await boss().violations()).toEqual([]);
    expect(await there.names(after)).toEqual(["schon-da.vcf"]);
    await agree();
    await expect
      .poll(async () => (await there.names(after)).length, IN_TIME)
      .toBeGreaterThanOrEqual(books.length - theirs.length);
    expect(await there.names(before)).toEqual(theirs);
  });

  test("pointed at another calendar with “leave”: all stays in the old one as it is, and the new one is filled", async () => {
    const there = addressBook(login());
    const before = await collectionOf("calendar");
    const events = await there.names(before);
    expect(events.length).toBeGreaterThan(0);
    const after = newPlace("zweiter");
    await makeCollection(login(), "calendar", after, "Zweiter Kalender");
    await boss().goTo("/users/1");
    await cloud().reopen("Termine");
    await cloud().choosePlace("Kalender", "Zweiter Kalender");
    await cloud().save();
    await answer("Alles dort belassen");
    await openAccount(1);
    await main().getByRole("link", { name: "Vorschau ansehen" }).click();
    await main()
      .getByRole("button", { name: `${events.length} neu`, exact: true })
      .waitFor();
    await agree();
    await expect
      .poll(() => there.names(after), IN_TIME)
      .toHaveLength(events.length);
    expect(await there.names(before)).toEqual(events);
  });

  test("a former place whose server is away can be left instead, and what is there stays", async () => {
    const username = all().login(1);
    const dir = await mkdtemp(join(tmpdir(), "ams-sync-former-"));
    const users = [{ name: username, password: PASSWORD }];
    let away: Radicale | undefined = await startRadicale({ users, dir });
    const { port } = new URL(away.url);
    try {
      const old = { url: away.url, username, password: PASSWORD };
      await boss().goTo("/users/2");
      await cloud().open("Termine");
      await cloud().type({ serverUrl: old.url, username, password: PASSWORD });
      await cloud().save();
      await cloud().closed();
      const count = () =>
        addressBook(old)
          .count("calendar")
          .catch(() => 0);
      await expect.poll(count, IN_TIME).toBeGreaterThan(0);
      await openAccount(2);
      await main().getByText("Gerade läuft kein Abgleich").waitFor();
      const stays = await count();
      await away.stop();
      away = undefined;

      await boss().goTo("/users/2");
      await cloud().reopen("Termine");
      await cloud().type({
        ...{ serverUrl: all().radicale.url, username, password: PASSWORD },
      });
      await cloud().save();
      await answer("Von ams angelegte Einträge entfernen");
      const former = main()
        .getByRole("alert", { name: "Der bisherige Ort wird noch aufgeräumt" })
        .filter({ hasText: `${username} auf 127.0.0.1:${port}` });
      await former.getByText("Mit Störungen").waitFor(IN_TIME);
      expect(await boss().violations()).toEqual([]);
      await former.getByRole("link", { name: "Zustand ansehen" }).click();
      await main().getByText("Dies ist ein bisheriger Ort.").waitFor();
      expect(await boss().violations()).toEqual([]);
      await press("Stattdessen alles dort belassen");
      const dialog = boss().page.getByRole("dialog", {
        name: "Alles dort belassen",
      });
      await dialog.waitFor();
      expect(await boss().violations()).toEqual([]);
      await dialog.getByRole("button", { name: "Trennen" }).click();
      await main()
        .getByRole("heading", {
          name: "Am bisherigen Ort wird nichts mehr entfernt",
        })
        .waitFor(IN_TIME);
      await boss().goTo("/users/2");
      await main().getByText(`${username} auf`).first().waitFor();
      expect(await former.count()).toBe(0);

      away = await startRadicale({ users, dir, port: Number(port) });
      expect(await count()).toBe(stays);
    } finally {
      await away?.stop();
      await rm(dir, { recursive: true, force: true });
    }
  });
}
