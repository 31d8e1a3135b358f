import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openOffice, type BrokerageSize, type Office } from "@ams-sync/proof";
import type { GraphPlace } from "@ams-sync/stack";
import { freePort, startRadicale, type Radicale } from "@ams-sync/testing";
import {
  SMTP_LOGIN,
  startSmtp,
  type SmtpUnderTest,
} from "@ams-sync/testing/smtp";
import type { Browser } from "playwright-core";
import { startChromium } from "./chromium.js";
import { visit, type Visit, type Visitor } from "./visitor.js";

export const PASSWORD = "Zauber-äöü-4711";

/** All services with the console, a DAV server with a login for each user, a mail server, and a browser. */
export interface ConsoleOffice {
  readonly office: Office;
  readonly radicale: Radicale;
  readonly smtp: SmtpUnderTest;
  readonly console: string;
  /** Login name of the user at that place. */
  login(index: number): string;
  visit(how: Omit<Visit, "console">): Promise<Visitor>;
  stop(): Promise<void>;
}

/** @param outlook where mailboxes are; without it Outlook is not available */
export async function openConsole(
  size: BrokerageSize,
  outlook?: GraphPlace,
): Promise<ConsoleOffice> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const data = await mkdtemp(join(tmpdir(), "ams-sync-browser-"));
    undo.push(() => rm(data, { recursive: true, force: true }));
    const smtp = await startSmtp("starttls");
    undo.push(() => smtp.stop());
    const consolePort = await freePort();
    const mails = await mailSettings(smtp, data, consolePort);
    const [office, browser] = await Promise.all([
      openOffice({
        stack: {
          ...{ data, console: true, consolePort },
          ...(outlook && { outlook }),
          postgresSettings: { fsync: "off" },
          serviceEnv: (name, env) =>
            name === "state" ? { ...env, ...mails } : env,
        },
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
      ...{ office, radicale, smtp, stop },
      ...seenBy(browser, office.stack.consoleUrl ?? ""),
      login: (index) => users[index]?.login ?? "",
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How state is told where mails go, and where they lead. */
async function mailSettings(
  smtp: SmtpUnderTest,
  folder: string,
  consolePort: number,
): Promise<Record<string, string>> {
  const ca = join(folder, "smtp-ca.pem");
  await writeFile(ca, smtp.ca);
  return {
    ...{ SMTP_HOST: "localhost", SMTP_PORT: String(smtp.port) },
    ...{ SMTP_USER: SMTP_LOGIN.user, SMTP_PASSWORD: SMTP_LOGIN.password },
    ...{ SMTP_CA_FILE: ca, MAIL_FROM: "sync@hoster.example" },
    CONSOLE_URL: `http://127.0.0.1:${consolePort}`,
    ...{ MAIL_INTERVAL_MS: "250", MAIL_GATHER_MS: "0" },
  };
}

const seenBy = (browser: Browser, url: string) => ({
  console: url,
  visit: (how: Omit<Visit, "console">) =>
    visit(browser, { console: url, ...how }),
});
