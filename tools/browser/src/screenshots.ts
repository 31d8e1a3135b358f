import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cloudDialog } from "./cloud-dialog.js";
import { openConsole, PASSWORD, type ConsoleOffice } from "./console-office.js";
import type { Visitor } from "./visitor.js";

/** `node tools/browser/dist/screenshots.js`: every page of the console over generated data, into docs/console. */

const FOLDER = fileURLToPath(
  new URL("../../../docs/console/", import.meta.url),
);
const DESK = { viewport: { width: 1_100, height: 760 } };
/** Of a long page its beginning is enough. */
const HIGHEST = 1_400;
const PHONE = {
  viewport: { width: 390, height: 844 },
  colorScheme: "dark",
} as const;

const all = await openConsole({
  seed: 12,
  ...{ users: 4, agents: 2, companies: 3 },
  ...{ customers: 120, appointments: 40 },
});
try {
  await takeAll(all);
} finally {
  await all.stop();
}

async function takeAll({ office, login, radicale, visit }: ConsoleOffice) {
  const at = (index: number) => ({
    ...{ url: radicale.url, username: login(index), password: PASSWORD },
  });
  const ofOne = await ofOneOnly(office);
  for (const index of [0, 1]) await office.connect(index, at(index));
  await office.quiet();
  const boss = await visit({ login: login(0), options: DESK });
  const { page } = boss;
  const cloud = cloudDialog(page);
  const { accounts } = await office.settings.listAccounts({
    tenantId: office.tenantId,
  });
  const own = accounts.find(({ userId }) => userId === "1")?.account?.accountId;

  await shown(boss, "/users", "users");
  await shown(boss, "/users/1", "synchronisation");
  await cloud.reopen("Kontakte");
  await taken(boss, "cloud", 1_500);
  await cloud.dialog
    .getByRole("textbox", { name: "Benutzername" })
    .fill(login(2));
  await cloud.password.fill(PASSWORD);
  await cloud.save();
  await cloud.previous.waitFor();
  await taken(boss, "switch");
  await page.keyboard.press("Escape");
  await cloud.closed();

  await office.ams.query(
    "update ams.customer set city = repeat('ß', 300) where customer_id = 7",
  );
  await shown(boss, `/accounts/${own}`, "account");
  await page.getByRole("button", { name: "Konto trennen" }).click();
  await page.getByRole("dialog").waitFor();
  await taken(boss, "disconnect");
  await page.keyboard.press("Escape");

  await boss.goTo("/users/1");
  await cloud.reopen("Kontakte");
  await cloud.dialog.getByLabel("Gesellschaften").click();
  await cloud.dialog.getByLabel("Vermittler", { exact: true }).click();
  await cloud.save();
  await cloud.closed();
  await boss.goTo(`/accounts/${own}?tab=preview`);
  await page.getByRole("button", { name: "Jetzt so ausführen" }).waitFor();
  await taken(boss, "preview", "page");

  await shown(boss, `/why?kind=customer&id=${ofOne}`, "why");
  await shown(boss, "/accounts", "accounts");
  await shown(boss, "/audit", "audit");
  await boss.leave();

  const phone = await visit({ login: login(0), options: PHONE });
  await shown(phone, `/accounts/${own}`, "phone-dark");
  await phone.leave();
  const english = await visit({
    login: login(0),
    options: { ...DESK, locale: "en-GB" },
  });
  await shown(english, `/accounts/${own}`, "english");
  await english.leave();
  const hoster = await visit({ login: "hoster", options: DESK });
  await shown(hoster, "/tenants", "tenants");
  await hoster.leave();
}

/** Takes an agent's customers from the second user; gives one of them (R13). */
async function ofOneOnly({ ams }: ConsoleOffice["office"]): Promise<string> {
  const { rows } = await ams.query<{ id: string }>(
    `select agent_id, min(customer_id) as id from ams.customer
     where agent_id in (select agent_id from ams.agent_release where user_id = 1)
     group by agent_id order by agent_id limit 1`,
  );
  const [row] = rows;
  if (!row) throw new Error("The first user sees no customer.");
  await ams.query(
    `delete from ams.agent_release where user_id = 2 and agent_id = (
       select agent_id from ams.customer where customer_id = $1)`,
    [row.id],
  );
  return row.id;
}

async function shown(who: Visitor, path: string, name: string): Promise<void> {
  await who.goTo(path);
  const loader = who.page.locator(".mantine-Loader-root");
  while ((await loader.count()) > 0) await who.page.waitForTimeout(100);
  await taken(who, name, "page");
}

/** @param height of the window; "page": as high as what is in it */
async function taken(
  { page }: Visitor,
  name: string,
  height?: number | "page",
): Promise<void> {
  // What comes after the first answer: names, figures, a dialog that opens.
  await page.waitForTimeout(1_000);
  // The ring of the heading that has the focus is for those who work by keyboard.
  await page.evaluate(
    `if (!document.querySelector("[role=dialog]")) document.activeElement?.blur()`,
  );
  const window = page.viewportSize() ?? DESK.viewport;
  if (height !== undefined) {
    const whole = await page.evaluate<number>(
      "document.documentElement.scrollHeight",
    );
    await page.setViewportSize({
      width: window.width,
      height: height === "page" ? Math.min(whole, HIGHEST) : height,
    });
  }
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await page.setViewportSize(window);
  process.stdout.write(`${name}.png\n`);
}
