import { expect, test } from "vitest";
import type { Scene } from "../scene.js";

/** What was just saved waits until somebody has seen what it would do. */
export function previewed({ boss, main }: Scene): void {
  test("what changed settings would do is shown, and done once somebody agrees", async () => {
    await main().getByRole("link", { name: "Zustand ansehen" }).first().click();
    await main().getByText("Wartet auf Ihre Zustimmung").first().waitFor();
    await main().getByRole("link", { name: "Vorschau ansehen" }).click();
    const apply = main().getByRole("button", { name: "Jetzt so ausführen" });
    await apply.waitFor();
    await main()
      .getByRole("button", { name: "1 neu", pressed: true })
      .waitFor();
    await main()
      .getByRole("listitem")
      .getByText(/Gesellschaft [^\d…]/)
      .waitFor();
    expect(await boss().violations()).toEqual([]);
    await apply.click();
    await boss()
      .page.getByRole("dialog", { name: "Jetzt so ausführen?" })
      .getByRole("button", { name: "Jetzt so ausführen" })
      .click();
    await main().getByText("Es wird so ausgeführt").waitFor();
    await main().getByRole("tab", { name: "Läufe" }).click();
    await main()
      .getByRole("listitem")
      .filter({ hasText: /\D1 dort angelegt/ })
      .first()
      .waitFor();
    await boss().goTo("/users/1");
  });
}
