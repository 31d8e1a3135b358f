import { expect, test } from "vitest";
import { addressBook } from "../address-book.js";
import { PASSWORD } from "../console-office.js";
import type { Scene } from "../scene.js";

/** Why something is not there, and how an account goes. */
export function leaving({ all, boss, main, login }: Scene): void {
  test("of a customer it is said where it is synchronised, and where not, why not", async () => {
    const { rows } = await all().office.ams.query<{ name: string }>(
      "select last_name as name from ams.customer where customer_id = 1",
    );
    await boss().goTo("/why");
    await main()
      .getByRole("searchbox")
      .fill(rows[0]?.name ?? "");
    await main()
      .getByRole("button", { name: /^Kunde / })
      .first()
      .waitFor();
    await boss().goTo("/why?kind=customer&id=1");
    const of = (user: number) => {
      const { lastName = "" } = all().office.brokerage.users[user] ?? {};
      return main().getByRole("listitem").filter({ hasText: lastName });
    };
    await of(0).getByText("Ja, wird synchronisiert").waitFor();
    await of(1).getByText("Nein", { exact: true }).waitFor();
    expect(await boss().violations()).toEqual([]);
    await of(1)
      .getByRole("link", { name: /^Einstellung: / })
      .click();
    await main()
      .getByText(`${all().login(1)} auf`)
      .waitFor();
  });

  test("who disconnects chooses what becomes of what is there", async () => {
    const calendar = addressBook({
      ...login(),
      ...{ username: all().login(1), password: PASSWORD },
    });
    expect(await calendar.count("calendar")).toBeGreaterThan(0);
    await boss().goTo("/users/2");
    await main().getByRole("button", { name: "Abschalten: Termine" }).click();
    const dialog = boss().page.getByRole("dialog", {
      name: "Dieses Konto trennen?",
    });
    const yes = dialog.getByRole("button", { name: "Trennen" });
    await yes.click();
    await dialog.getByText("Bitte wählen Sie erst").waitFor();
    expect(await boss().violations()).toEqual([]);
    await dialog.getByLabel("Von ams angelegte Einträge entfernen").check();
    await yes.click();
    await main().getByText("wird gerade entfernt").waitFor();
    await main().getByText("Termine werden nicht synchronisiert.").waitFor();
    expect(await calendar.count("calendar")).toBe(0);
  });
}
