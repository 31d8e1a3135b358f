import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openOffice, type BrokerageSize, type Office } from "@ams-sync/proof";
import { startRadicale, type Radicale } from "@ams-sync/testing";
import type { Browser } from "playwright-core";
import { startChromium } from "./chromium.js";
import { visit, type Visit, type Visitor } from "./visitor.js";

export const PASSWORD = "Zauber-äöü-4711";

/** All services with the console, a DAV server with a login for each user, and a browser. */
export interface ConsoleOffice {
  readonly office: Office;
  readonly radicale: Radicale;
  readonly console: string;
  /** Login name of the user at that place. */
  login(index: number): string;
  visit(how: Omit<Visit, "console">): Promise<Visitor>;
  stop(): Promise<void>;
}

export async function openConsole(size: BrokerageSize): Promise<ConsoleOffice> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const data = await mkdtemp(join(tmpdir(), "ams-sync-browser-"));
    undo.push(() => rm(data, { recursive: true, force: true }));
    const [office, browser] = await Promise.all([
      openOffice({
        stack: { data, console: true, postgresSettings: { fsync: "off" } },
        brokerage: size,
      }),
      startChromium(),
    ]);
    undo.push(
      () => office.stop(),
      () => browser.close(),
    );
    const { users } = office.brokerage;
    const radicale = await startRadicale({
      users: users.map(({ login }) => ({ name: login, password: PASSWORD })),
    });
    undo.push(() => radicale.stop());
    return {
      ...{ office, radicale, stop },
      ...seenBy(browser, office.stack.consoleUrl ?? ""),
      login: (index) => users[index]?.login ?? "",
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const seenBy = (browser: Browser, url: string) => ({
  console: url,
  visit: (how: Omit<Visit, "console">) =>
    visit(browser, { console: url, ...how }),
});
