import { expect, test } from "vitest";
import { addressBook } from "../address-book.js";
import { cloudDialog } from "../cloud-dialog.js";
import { PASSWORD } from "../console-office.js";
import type { Scene } from "../scene.js";

const IN_TIME = { timeout: 60_000, interval: 250 };

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

  const calendarOf = (user: number, password = PASSWORD) =>
    addressBook({ ...login(), username: all().login(user), password });
  const filled = async (user: number) => {
    await expect
      .poll(
        () =>
          calendarOf(user)
            .count("calendar")
            .catch(() => 0),
        IN_TIME,
      )
      .toBeGreaterThan(0);
  };
  /** The second user's appointments go to that login. */
  const connect = async (user: number) => {
    await boss().goTo("/users/2");
    const cloud = cloudDialog(boss().page);
    await cloud.open("Termine");
    await cloud.type({
      ...{ serverUrl: all().radicale.url, password: PASSWORD },
      username: all().login(user),
    });
    await cloud.save();
    await cloud.closed();
    await filled(user);
  };
  const switchOff = async (choice: string) => {
    await boss().goTo("/users/2");
    await main().getByRole("button", { name: "Abschalten: Termine" }).click();
    const dialog = boss().page.getByRole("dialog", {
      name: "Dieses Konto trennen?",
    });
    await dialog.getByLabel(choice).check();
    await dialog.getByRole("button", { name: "Trennen" }).click();
    await dialog.waitFor({ state: "detached" });
  };

  test("who points an account elsewhere chooses what becomes of the place before", async () => {
    await connect(1);
    const cloud = cloudDialog(boss().page);
    await cloud.reopen("Termine");
    await cloud.type({
      ...{ serverUrl: all().radicale.url, password: PASSWORD },
      username: all().login(2),
    });
    await cloud.save();
    await cloud.dialog
      .getByText("Was geschieht mit dem bisherigen Ort?")
      .waitFor();
    await cloud.save();
    await cloud.dialog.getByText("Bitte wählen Sie erst").waitFor();
    expect(await boss().violations()).toEqual([]);
    await cloud.dialog
      .getByLabel("Von ams angelegte Einträge entfernen")
      .check();
    await cloud.save();
    await cloud.closed();
    await main()
      .getByText(`${all().login(2)} auf`)
      .waitFor();
    await expect.poll(() => calendarOf(1).count("calendar"), IN_TIME).toBe(0);
    await filled(2);
    await main()
      .getByText("Am bisherigen Ort wird noch entfernt")
      .waitFor({ state: "detached", timeout: 60_000 });
  });

  test("what the server does not let be removed may be left there instead", async () => {
    const before = await calendarOf(2).count("calendar");
    await all().radicale.changePassword(all().login(2), "neu");
    await switchOff("Von ams angelegte Einträge entfernen");
    await main().getByRole("link", { name: "Zustand ansehen" }).click();
    await main().getByText("Der Server nimmt das Kennwort nicht an").waitFor();
    expect(await boss().violations()).toEqual([]);
    await main()
      .getByRole("button", { name: "Stattdessen alles dort belassen" })
      .click();
    await boss()
      .page.getByRole("dialog", { name: "Alles dort belassen" })
      .getByRole("button", { name: "Trennen" })
      .click();
    await main().getByText("Das Konto ist getrennt").waitFor();
    expect(await calendarOf(2, "neu").count("calendar")).toBe(before);
    await all().radicale.changePassword(all().login(2), PASSWORD);
  });

  test("what is left stays as it is", async () => {
    await connect(1);
    const before = await calendarOf(1).count("calendar");
    await switchOff("Alles dort belassen");
    await main().getByText("Termine werden nicht synchronisiert.").waitFor();
    expect(await calendarOf(1).count("calendar")).toBe(before);
  });
}
