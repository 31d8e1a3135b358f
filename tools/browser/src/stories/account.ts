import { removeItem, saveItem } from "@ams-sync/proof";
import { expect, test } from "vitest";
import { addressBook } from "../address-book.js";
import type { Scene } from "../scene.js";

/** How an account gets on, and what its page has done. */
export function oneAccount({ all, boss, main, login }: Scene): void {
  const mobile = async (number: string) => {
    await all().office.ams.query(
      "update ams.customer set mobile = $1 where customer_id = 1",
      [number],
    );
  };
  const mobileInAms = async () => {
    const { rows } = await all().office.ams.query<{ mobile: string }>(
      "select mobile from ams.customer where customer_id = 1",
    );
    return rows[0]?.mobile;
  };

  test("a change in ams shows as a run, and a reset makes nothing twice", async () => {
    const { page } = boss();
    await main().getByRole("link", { name: "Zustand ansehen" }).first().click();
    // The page before says it of both kinds.
    await main()
      .getByRole("heading", { name: /^ams Cloud von/ })
      .waitFor();
    const runs = main().getByRole("listitem");
    // The company that was chosen just before: a run of those settings is under way or about to be.
    await runs
      .filter({ hasText: /\D1 dort angelegt/ })
      .first()
      .waitFor();
    await main().getByText("In Ordnung").waitFor();
    await main().getByText("Gerade läuft kein Abgleich").waitFor();
    await mobile("+49 170 5550123");
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
      .toMatch(/^(?!.*dort geändert).*\d{2,} unverändert/);
    expect(await runs.first().textContent()).not.toMatch(/angelegt/);
  });

  test("a value that gave way is shown, and can be taken back", async () => {
    const connector = all().office.stack.service("cloud-connector");
    const card = await addressBook(login()).cardWith("+49 170 5550123");
    connector.pause();
    try {
      await saveItem(
        login(),
        card,
        card.text.replace("+49 170 5550123", "+49 170 5550456"),
      );
      await mobile("+49 170 5550789");
    } finally {
      connector.resume();
    }
    await main().getByRole("button", { name: "Jetzt synchronisieren" }).click();
    await main().getByRole("tab", { name: "Konflikte" }).click();
    const conflict = main()
      .getByRole("listitem")
      .filter({ hasText: "Aufgehoben: +49 170 5550456" });
    await conflict.getByText("Jetzt: +49 170 5550789").waitFor();
    await conflict.getByText(/Kunde [^\d…]/).waitFor();
    await conflict
      .getByRole("button", { name: "Aufgehobenen Wert nehmen" })
      .click();
    await main()
      .getByText("Der aufgehobene Wert wird auf beiden Seiten")
      .waitFor();
    await expect.poll(mobileInAms, { timeout: 15_000 }).toBe("+49 170 5550456");
  });

  test("what is deleted there is shown, and comes back when somebody says so", async () => {
    const book = addressBook(login());
    const { url } = await book.cardWith("BEGIN:VCARD");
    await removeItem(login(), url);
    await main().getByRole("button", { name: "Jetzt synchronisieren" }).click();
    await main().getByRole("tab", { name: "Dort gelöscht" }).click();
    const restore = main().getByRole("button", { name: "Wiederherstellen" });
    await restore.first().waitFor();
    await main()
      .getByRole("tabpanel")
      .getByText(/Kunde [^\d…]/)
      .waitFor();
    await restore.first().click();
    await expect.poll(() => book.item(url), { timeout: 15_000 }).toBeDefined();
    await restore.first().waitFor({ state: "detached" });
  });
}
