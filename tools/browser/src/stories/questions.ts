import { removeItem, saveItem } from "@ams-sync/proof";
import { expect, test } from "vitest";
import { addressBook } from "../address-book.js";
import { cloudDialog } from "../cloud-dialog.js";
import { PASSWORD } from "../console-office.js";
import type { Scene } from "../scene.js";

const IN_TIME = { timeout: 15_000 };
const MANY = 12;
/** Customers that the administrator may see. */
const SEEN = `agent_id in (select agent_id from ams.agent_release where user_id = 1)`;

/** What an account asks of people, from its own page. */
export function questions({ all, boss, main, login }: Scene): void {
  const syncNow = () =>
    main().getByRole("button", { name: "Jetzt synchronisieren" }).click();
  const tab = (name: string | RegExp) =>
    main().getByRole("tab", { name }).click();
  const entry = (hasText: string) =>
    main().getByRole("listitem").filter({ hasText });
  const rowsOf = async <Row extends object>(sql: string, values?: unknown[]) =>
    (await all().office.ams.query<Row>(sql, values)).rows;

  test("what would delete too much is held, and goes when somebody agrees to what was shown", async () => {
    const book = addressBook(login());
    const before = await book.count();
    await rowsOf(
      `delete from ams.customer where customer_id in (
         select customer_id from ams.customer where ${SEEN} order by customer_id desc limit ${MANY})`,
    );
    await tab(`Angehalten (${MANY})`);
    await main().getByLabel("Alle auswählen").check();
    expect(await boss().violations()).toEqual([]);
    await main()
      .getByRole("button", { name: `${MANY} Einträge freigeben` })
      .click();
    await boss()
      .page.getByRole("dialog")
      .getByRole("button", { name: "Freigeben" })
      .click();
    await main().getByText(`${MANY} Einträge freigegeben`).waitFor();
    await expect
      .poll(() => main().getByText("Nichts ist angehalten.").count(), IN_TIME)
      .toBe(2);
    expect(await book.count()).toBe(before - MANY);
  });

  test("what is there without a record is asked about, and each answer is kept", async () => {
    const book = addressBook(login());
    const [known] = await rowsOf<{ email: string; name: string }>(
      `select min(email) as email, min(last_name) as name from ams.customer where ${SEEN} and email <> '' and last_name <> ''
       group by lower(email) having count(*) = 1 order by 1 limit 1`,
    );
    const { email, name } = known ?? { email: "", name: "" };
    await removeItem(login(), (await book.cardWith(email)).url);
    await syncNow();
    await tab("Dort gelöscht");
    await entry(name)
      .getByRole("button", { name: "Nicht wiederherstellen" })
      .click();
    await entry(name).getByText("bleibt dort gelöscht").waitFor();
    for (const [file, ...lines] of [
      ["anlegen", "FN:Ute Anlegen", "N:Anlegen;Ute;;;"],
      ["lassen", "FN:Ute Lassen", "N:Lassen;Ute;;;"],
      [
        ...["verbinden", "FN:Xaver Anders", "N:Anders;Xaver;;;"],
        ...["CATEGORIES:Kunde", `EMAIL:${email}`],
      ],
    ])
      await saveItem(login(), await book.newItem(`${file}.vcf`), card(lines));
    await syncNow();
    await tab("Offene Fragen");
    await entry("lassen.vcf")
      .getByRole("button", { name: "Nur dort lassen" })
      .click();
    await entry("lassen.vcf").getByText("bleibt nur dort").waitFor();
    await entry("verbinden.vcf")
      .getByRole("button", { name: new RegExp(`Gehört zu .*${name}`) })
      .click();
    await entry("verbinden.vcf").waitFor({ state: "detached" });
    await expect
      .poll(async () => (await book.cardWith(email)).text, IN_TIME)
      .toContain(name);
    await entry("anlegen.vcf")
      .getByRole("button", { name: "In ams anlegen" })
      .click();
    await entry("anlegen.vcf").waitFor({ state: "detached" });
    expect(
      await rowsOf(
        "select first_name from ams.customer where last_name = 'Anlegen'",
      ),
    ).toEqual([{ first_name: "Ute" }]);
  });

  test("a password that is refused there shows with what to do, and with the new one all goes on", async () => {
    const { username } = login();
    await all().radicale.changePassword(username, "neu");
    await syncNow();
    await main().getByText("Neues Kennwort nötig").waitFor();
    await main().getByText("Geben Sie das Kennwort neu ein").waitFor();
    const before = await all().office.ams.query(
      "update ams.customer set mobile = '+49 170 5550999' where customer_id = 1",
    );
    expect(before.rowCount).toBe(1);
    await main().getByRole("link", { name: "Konfigurieren" }).click();
    await main().getByText("Neues Kennwort nötig").first().waitFor();
    const cloud = cloudDialog(boss().page);
    await cloud.reopen("Kontakte");
    await cloud.password.fill("neu");
    await cloud.save();
    await cloud.closed();
    await main().getByRole("link", { name: "Zustand ansehen" }).first().click();
    await main().getByText("In Ordnung").first().waitFor();
    const book = addressBook({ ...login(), password: "neu" });
    await expect
      .poll(
        () =>
          book.cardWith("+49 170 5550999").then(
            () => true,
            () => false,
          ),
        IN_TIME,
      )
      .toBe(true);
    await all().radicale.changePassword(username, PASSWORD);
  });
}

const card = (lines: readonly string[]): string =>
  [
    ...["BEGIN:VCARD", "VERSION:3.0", `UID:${lines[0]}`, ...lines],
    ...["END:VCARD", ""],
  ].join("\r\n");
