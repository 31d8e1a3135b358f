import { describe, expect, test } from "vitest";
import { unreadable } from "../readable.js";
import type { Scene } from "../scene.js";
import { NOWHERE, type Visitor } from "../visitor.js";

/** How long something may be wrong with what an answer has just changed. */
const PASSING_MS = 3_000;

/** In every colour, size and language. Tall: what is scrolled out of sight is not looked at. */
const WAYS = [
  { colorScheme: "light", width: 1280, locale: "de-DE", axe: true },
  { colorScheme: "dark", width: 390, locale: "en-GB", axe: true },
  // The longest words in the narrowest window; roles and colours are those of the first two.
  { colorScheme: "light", width: 390, locale: "de-DE", axe: false },
] as const;

/** What is opened on a page by a button. */
const OPENED = [
  { path: "/users/1", button: /konfigurieren$|^Configure/, role: "dialog" },
  { path: "/account", button: /^(Konto trennen|Disconnect)/, role: "dialog" },
  { path: "/users", button: /Abmelden$|sign out$/i, role: "menu" },
] as const;

export function everybody({ all }: Scene): void {
  describe.each(WAYS)(
    "in $colorScheme at $width pixels, $locale",
    ({ colorScheme, width, locale, axe }) => {
      const visit = (login: string): Promise<Visitor> =>
        all().visit({
          login,
          options: { colorScheme, locale, viewport: { width, height: 2_400 } },
        });
      const look = async (who: Visitor): Promise<readonly string[]> => {
        const end = Date.now() + PASSING_MS;
        for (;;) {
          await who.rest();
          const wider = await who.overflow();
          const found = [
            ...(axe ? await who.violations() : []),
            ...(await unreadable(who.page, locale)),
            ...(wider > 0 ? [`${wider} pixels wider than the window`] : []),
          ];
          if (found.length === 0 || Date.now() > end) return found;
        }
      };

      test("every page can be used and read by everybody, and fits its window", async () => {
        const somebody = await visit(all().login(0));
        const seen: Record<string, readonly string[]> = {};
        const account = await accountPath();
        for (const path of [...PATHS, ...TABS.map((tab) => account + tab)]) {
          await somebody.goTo(path);
          seen[path] = await look(somebody);
        }
        for (const { path, button, role } of OPENED) {
          await somebody.goTo(path === "/account" ? account : path);
          const { page } = somebody;
          await page.getByRole("button", { name: button }).first().click();
          await page.getByRole(role).waitFor();
          seen[`${role} on ${path}`] = await look(somebody);
          await page.keyboard.press("Escape");
          await page.getByRole(role).waitFor({ state: "hidden" });
        }
        await somebody.leave();
        const hoster = await visit("hoster");
        seen["/tenants"] = await look(hoster);
        await hoster.leave();
        expect(
          Object.entries(seen).filter(([, found]) => found.length > 0),
        ).toEqual([]);
        expect([...somebody.faults, ...hoster.faults]).toEqual([]);
      });
    },
  );

  const accountPath = async (): Promise<string> => {
    const { accounts } = await all().office.settings.listAccounts({
      tenantId: all().office.tenantId,
    });
    return `/accounts/${accounts[0]?.account?.accountId}`;
  };
}

const PATHS = [
  ...["/users", "/users/1", "/users/2", NOWHERE, "/accounts", "/audit"],
  ...["/accounts?health=paused", "/why", "/why?kind=customer&id=1"],
];
const TABS = [
  ...["runs", "setAside", "held", "left"],
  ...["lost", "conflicts", "preview"],
].map((tab) => `?tab=${tab}`);
