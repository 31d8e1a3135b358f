import { readMail } from "@ams-sync/testing/smtp";
import { expect, test } from "vitest";
import { cloudDialog } from "../cloud-dialog.js";
import { PASSWORD, type ConsoleOffice } from "../console-office.js";
import type { Scene } from "../scene.js";

const IN_TIME = { timeout: 60_000 };
const CHIEF = "leitung@makler.example";
const [BOSS, THIRD] = ["eins@makler.example", "drei@makler.example"];
const REFUSED = "ams: ams Cloud nimmt das Kennwort nicht mehr an";

/** Where people are written to, as ams has it. */
export async function giveAddresses({ office }: ConsoleOffice): Promise<void> {
  for (const [userId, address] of [
    ["1", BOSS],
    ["3", THIRD],
  ])
    await office.ams.query(
      "update ams.user_account set email = $2 where user_id = $1",
      [userId, address],
    );
  await office.ams.query("update ams.tenant set administrator_email = $1", [
    CHIEF,
  ]);
}

const refusals = ({ smtp }: ConsoleOffice, reader: string) =>
  smtp.mails
    .filter(({ to }) => to === reader)
    .map(({ raw }) => readMail(raw))
    .filter(({ subject }) => subject === REFUSED);

/** Who does not look at the console hears of what needs them, once. */
export function mailed({ all, boss, main, login }: Scene): void {
  const mails = (of: string) => refusals(all(), of);
  test("a login that is refused is told by mail to its user and to who looks after the brokerage, with the way to the page that mends it", async () => {
    const { brokerage } = all().office;
    await boss().goTo("/users/1");
    await main().getByRole("link", { name: "Zustand ansehen" }).first().click();
    await all().radicale.changePassword(login().username, "anders");
    await main().getByRole("button", { name: "Jetzt synchronisieren" }).click();
    await main().getByText("Neues Kennwort nötig").first().waitFor();
    await expect
      .poll(() => [mails(BOSS).length, mails(CHIEF).length], IN_TIME)
      .toEqual([1, 1]);
    const { firstName, lastName } = brokerage.users[0] ?? {};
    const name = `${firstName} ${lastName}`;
    const [own] = mails(BOSS);
    expect(own?.text).toContain(
      `Guten Tag ${name},\n\nams Cloud nimmt Benutzername oder Kennwort nicht mehr an.`,
    );
    expect(mails(CHIEF)[0]?.text).toContain(
      `es geht um das Konto von ${name} bei ams Cloud.`,
    );
    for (const { raw, secure } of all().smtp.mails) {
      expect(secure).toBe(true);
      const { subject, text } = readMail(raw);
      for (const secret of [PASSWORD, login().username, all().radicale.url])
        expect(raw + subject + text).not.toContain(secret);
    }
    const links = own?.text.match(/https?:\S+/g) ?? [];
    expect(links).toHaveLength(1);
    const { origin, pathname } = new URL(links[0] ?? "");
    expect(origin).toBe(new URL(all().console).origin);
    const reader = await all().visit({ login: all().login(0), path: pathname });
    await reader.page
      .getByRole("heading", { name: `ams Cloud von ${name}` })
      .waitFor();
    await reader.page.getByText("Neues Kennwort nötig").first().waitFor();
    await reader.leave();

    await all().radicale.changePassword(login().username, PASSWORD);
    await main().getByRole("link", { name: "Konfigurieren" }).click();
    const cloud = cloudDialog(boss().page);
    await cloud.reopen("Kontakte");
    await cloud.password.fill(PASSWORD);
    await cloud.save();
    await cloud.closed();
    await main().getByRole("link", { name: "Zustand ansehen" }).first().click();
    await main().getByText("In Ordnung").first().waitFor();
  });
}

/** After the same login was refused once more. */
export function mailedOnce({ all }: Scene): void {
  test("of what is refused again on the same day nobody hears a second time, while others still hear of theirs", async () => {
    await all().office.connect(2, {
      ...{ url: all().radicale.url, username: all().login(2) },
      password: "falsch",
    });
    await expect.poll(() => refusals(all(), THIRD).length, IN_TIME).toBe(1);
    for (const reader of [BOSS, CHIEF])
      expect(refusals(all(), reader)).toHaveLength(1);
  });
}
