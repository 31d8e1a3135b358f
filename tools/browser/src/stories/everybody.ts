import { describe, expect, test } from "vitest";
import type { Scene } from "../scene.js";

const IN_TIME = { timeout: 15_000 };

/** In every colour, size and language. */
export function everybody({ all }: Scene): void {
  describe.each([
    ["light", 1280, "de-DE"],
    ["dark", 360, "en-GB"],
  ] as const)("in %s at %d pixels, %s", (colorScheme, width, locale) => {
    test("every page can be used by everybody and fits its window", async () => {
      const somebody = await all().visit({
        login: all().login(0),
        options: {
          ...{ colorScheme, locale },
          // Tall: what is scrolled out of sight is not looked at.
          viewport: { width, height: 2_400 },
        },
      });
      const seen: Record<string, unknown> = {};
      const look = async (name: string): Promise<void> => {
        const found = await somebody.violations();
        seen[name] = [...found, await somebody.overflow()];
      };
      const paths = await pages();
      for (const path of paths) {
        await somebody.goTo(path);
        await expect
          .poll(
            () => somebody.page.locator(".mantine-Loader-root").count(),
            IN_TIME,
          )
          .toBe(0);
        await look(path);
      }
      await somebody.goTo("/users/1");
      await somebody.page
        .getByRole("button", { name: /konfigurieren|^Configure/ })
        .first()
        .click();
      await somebody.page.getByRole("dialog").waitFor();
      await look("dialog");
      await somebody.leave();
      expect(seen).toEqual(
        Object.fromEntries([...paths, "dialog"].map((path) => [path, [0]])),
      );
      expect(somebody.faults).toEqual([]);
    });
  });

  const pages = async (): Promise<string[]> => {
    const { accounts } = await all().office.settings.listAccounts({
      tenantId: all().office.tenantId,
    });
    const id = accounts[0]?.account?.accountId;
    return [
      ...["/users", "/users/1", "/users/2", "/nowhere", "/accounts", "/audit"],
      ...["/why", "/why?kind=customer&id=1"],
      ...[
        "runs",
        "setAside",
        "held",
        "left",
        "lost",
        "conflicts",
        "preview",
      ].map((tab) => `/accounts/${id}?tab=${tab}`),
    ];
  };
}
