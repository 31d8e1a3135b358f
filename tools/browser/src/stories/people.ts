import { expect, test } from "vitest";
import { cloudDialog } from "../cloud-dialog.js";
import { PASSWORD } from "../console-office.js";
import type { Scene } from "../scene.js";

/** Who works without a mouse, lacks a right, or left the page open. */
export function people({ all, boss, main }: Scene): void {
  test("the dialog is worked by keyboard alone, and the focus comes back", async () => {
    const { page } = boss();
    await boss().goTo("/users/2");
    const opener = page.getByRole("button", {
      name: "„ams Cloud“ für Termine auswählen",
    });
    await opener.focus();
    await page.keyboard.press("Enter");
    const cloud = cloudDialog(page);
    await cloud.dialog.waitFor();
    const typed = [all().radicale.url, all().login(1), PASSWORD];
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
      .getByText(`${all().login(1)} auf`)
      .waitFor();
  });

  test("whoever lacks a right is told which, and whoever runs the service sees figures only", async () => {
    await all().office.ams.query(
      "delete from ams.user_right where user_id = 3 and right_code = 'window.users.synchronisation'",
    );
    const third = await all().visit({ login: all().login(2), path: "/users" });
    const alert = third.page.getByRole("alert");
    await alert
      .getByText("Fenster → Benutzer → Seite Synchronisation")
      .waitFor();
    expect(await alert.getByRole("listitem").count()).toBe(1);
    await third.leave();
    const hoster = await all().visit({ login: "hoster" });
    await hoster.page.getByText("Konten: 2").waitFor();
    const text = (await hoster.page.textContent("body")) ?? "";
    for (const { lastName } of all().office.brokerage.users)
      expect(text).not.toContain(lastName);
    expect(await hoster.violations()).toEqual([]);
    await hoster.leave();
  });

  test("a token that has run out is renewed without a word; where the issuer refuses that, in a window of its own, and what was typed stays", async () => {
    const { page } = boss();
    await boss().goTo("/users/3");
    const cloud = cloudDialog(page);
    await cloud.open("Kontakte");
    await cloud.type({
      ...{ serverUrl: all().radicale.url, username: all().login(2) },
      password: PASSWORD,
    });
    // The service itself says 401, once.
    const refuseOnce = () =>
      page.route(
        "**/logins/check",
        async (route) => {
          const headers = await route.request().allHeaders();
          await route.continue({
            headers: { ...headers, authorization: "Bearer old" },
          });
        },
        { times: 1 },
      );
    const works = cloud.dialog.getByText("Die Anmeldung funktioniert");
    await refuseOnce();
    await cloud.test();
    await works.waitFor();
    await refuseOnce();
    await page.route(
      (url) => url.pathname === "/token",
      (route) =>
        route.fulfill({
          status: 400,
          contentType: "application/json",
          headers: { "access-control-allow-origin": "*" },
          body: JSON.stringify({ error: "invalid_grant" }),
        }),
      { times: 1 },
    );
    await cloud.test();
    const expired = page.getByRole("dialog", { name: "abgelaufen" });
    await expired.getByRole("button", { name: "Neu anmelden" }).click();
    await expired.waitFor({ state: "detached" });
    await cloud.test();
    await works.waitFor();
    expect(await cloud.password.inputValue()).toBe(PASSWORD);
    await page.keyboard.press("Escape");
    await cloud.closed();
  });

  test("a page that nobody touches for hours has a token that is good", async () => {
    const idle = await all().visit({
      ...{ login: all().login(0), path: "/users/1" },
      clock: true,
    });
    for (let quarter = 0; quarter < 3; quarter += 1) {
      const asked = idle.page.waitForResponse(/\/token$/);
      await idle.page.clock.fastForward("14:45");
      expect((await asked).status()).toBe(200);
    }
    await idle.leave();
  });
}
