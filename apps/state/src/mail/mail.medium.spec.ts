import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  readMail,
  SMTP_LOGIN,
  startSmtp,
  type SmtpUnderTest,
} from "@ams-sync/testing/smtp";
import { MailOffice, post, SERVER_TEXT } from "../testing/mail-office.js";

const ANNA = {
  userId: "7",
  name: "Anna Schmidt",
  address: "anna@makler.example",
};
const BERND = {
  userId: "9",
  name: "Bernd Chef",
  address: "bernd@makler.example",
};

let desk: MailOffice;
let smtp: SmtpUnderTest;
/** Each test has a brokerage of its own. */
let tenantId: string;

beforeAll(async () => {
  desk = await MailOffice.open();
  smtp = await startSmtp("starttls");
});
afterAll(async () => {
  await desk?.stop();
  await smtp?.stop();
});
beforeEach(async () => {
  // Others of former tests are at peace.
  await desk.state.rows("delete from state.account");
  await desk.state.rows("delete from state.mail_digest");
  smtp.mails.length = 0;
  smtp.refuses = () => undefined;
  tenantId = randomUUID();
  desk.people.known = {
    users: [ANNA, BERND],
    reachable: [{ ...ANNA, language: "en" }],
    administrators: [{ ...BERND, language: "de" }],
  };
});

const recipients = () => smtp.mails.map(({ to }) => to).toSorted();
const BOTH = [ANNA.address, BERND.address];
const sweep = () => desk.mailer(smtp).sweep();

describe("an account that needs somebody", () => {
  it("is told to its user and the administrators, each in their language, with what to do and where", async () => {
    const { accountId } = await desk.needsLogin(tenantId);
    expect(await sweep()).toBe(2);
    const [own, chief] = smtp.mails.map(({ raw }) => readMail(raw));
    expect(own).toEqual({
      subject: "ams: ams Cloud no longer accepts the password",
      text: expect.stringMatching(
        /^Hello Anna Schmidt,\n\nams Cloud no longer/,
      ),
    });
    expect(own?.text).toContain(
      `Enter the password anew on this page:\nhttps://ams.example/sync/accounts/${accountId}\n`,
    );
    expect(own?.text).not.toContain("the account of");
    expect(chief).toEqual({
      subject: "ams: ams Cloud nimmt das Kennwort nicht mehr an",
      text: expect.stringMatching(
        /^Guten Tag Bernd Chef,\n\nes geht um das Konto von Anna Schmidt bei ams Cloud\.\n\n/,
      ),
    });
    for (const { raw, secure, user } of smtp.mails) {
      expect([secure, user]).toEqual([true, "ams-sync"]);
      expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
      for (const secret of SERVER_TEXT.split(" "))
        expect(raw + readMail(raw).text).not.toContain(secret);
    }
  });

  it("is told once a day, however often it is looked at, of however many replicas", async () => {
    await desk.needsLogin(tenantId);
    await Promise.all([sweep(), sweep(), sweep()]);
    await sweep();
    expect(recipients()).toEqual(BOTH);
    await desk.later("22 hours");
    expect(await sweep()).toBe(0);
    await desk.later("3 hours");
    expect(await sweep()).toBe(2);
    expect(await sweep()).toBe(0);
  });

  it("is told again the same day neither when it had recovered meanwhile, nor when the round was forgotten", async () => {
    const account = await desk.needsLogin(tenantId);
    await sweep();
    const set = (health: string) =>
      desk.state.rows(`update state.account set health = $1`, [health]);
    await set("ok");
    expect(await sweep()).toBe(0);
    await set("needs-login");
    await desk.state.rows("delete from state.mail_round");
    expect(await sweep()).toBe(0);
    expect(recipients()).toEqual(BOTH);
    expect(
      await desk.state.rows(
        "select recipient from state.mail_digest order by 1",
      ),
    ).toEqual([{ recipient: "7" }, { recipient: "9" }]);
    expect(account.tenantId).toBe(tenantId);
  });

  it("is told of each cause by itself: what is held, and a day without success", async () => {
    const { accountId } = await desk.office.account(tenantId);
    expect(await sweep()).toBe(0);
    await desk.state.rows(
      `update state.account set known_at = now() - interval '23 hours 59 minutes'`,
    );
    expect(await sweep()).toBe(0);
    await desk.state.rows(
      `update state.account set known_at = now() - interval '24 hours'`,
    );
    expect(await sweep()).toBe(2);
    await desk.state.rows(
      `update state.stream set held_at = now() where account_id = $1 and kind = 'contacts'`,
      [accountId],
    );
    // Approved already: nothing waits.
    expect(await sweep()).toBe(0);
    await desk.state.rows(
      `update state.stream_count set intended = 12 where account_id = $1 and kind = 'contacts'`,
      [accountId],
    );
    expect(await sweep()).toBe(2);
    const subjects = smtp.mails.map(({ raw }) => readMail(raw).subject);
    expect(subjects).toEqual([
      "ams: No transfer with ams Cloud for a day",
      "ams: Seit einem Tag keine Übertragung mit ams Cloud",
      "ams: Removals at ams Cloud wait for your approval",
      "ams: Löschungen bei ams Cloud warten auf Ihre Zustimmung",
    ]);
    await desk.state.rows("update state.stream set active = false");
    await desk.later("2 days");
    expect(await sweep()).toBe(0);
  });

  it("is told to nobody who cannot be reached, and to a shared mailbox once", async () => {
    await desk.needsLogin(tenantId);
    desk.people.known = { users: [ANNA], reachable: [], administrators: [] };
    expect(await sweep()).toBe(0);
    await desk.later("2 days");
    desk.people.known = {
      users: [ANNA, BERND],
      reachable: [{ ...ANNA, language: "de" }],
      administrators: [
        { ...ANNA, language: "de" },
        { ...BERND, address: "ANNA@makler.example", language: "de" },
        { ...BERND, userId: "", language: "de" },
      ],
    };
    expect(await sweep()).toBe(2);
    expect(recipients()).toEqual(BOTH);
  });
});

it("goes out by itself where the environment names a mail server, with secrets from files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mail-"));
  const [password, ca] = [join(folder, "password"), join(folder, "ca.pem")];
  await writeFile(password, `${SMTP_LOGIN.password}\n`);
  await writeFile(ca, smtp.ca);
  const other = await MailOffice.open({
    ...{ SMTP_HOST: "localhost", SMTP_PORT: String(smtp.port) },
    ...{ SMTP_USER: SMTP_LOGIN.user, SMTP_PASSWORD_FILE: password },
    ...{ SMTP_CA_FILE: ca, MAIL_FROM: "sync@hoster.example" },
    ...{
      CONSOLE_URL: "https://ams.example",
      MAIL_INTERVAL_MS: "50",
      MAIL_GATHER_MS: "0",
    },
  });
  try {
    other.people.known = desk.people.known;
    const { accountId } = await other.needsLogin(tenantId);
    await expect.poll(recipients, { timeout: 20_000 }).toEqual(BOTH);
    const [{ raw } = { raw: "" }] = smtp.mails;
    expect(readMail(raw).text).toContain(
      `https://ams.example/accounts/${accountId}\n`,
    );
  } finally {
    await other.stop();
    await rm(folder, { recursive: true });
  }
});

describe("when a mail does not get through", () => {
  it("waits for a mail server that is away, or refuses the login, and is sent as soon as it is back", async () => {
    await desk.needsLogin(tenantId);
    const port = await freePort();
    const away = desk.mailer(smtp, { post: post({ port, ca: smtp.ca }) });
    expect([await away.sweep(), await away.sweep()]).toEqual([0, 0]);
    const locked = post(smtp, { password: "falsch" });
    expect(await desk.mailer(smtp, { post: locked }).sweep()).toBe(0);
    expect(await desk.state.rows("select 1 from state.mail_digest")).toEqual(
      [],
    );
    const back = await startSmtp("starttls", { port });
    expect(await away.sweep()).toBe(2);
    expect(back.mails).toHaveLength(2);
    await back.stop();
  });

  it("waits for ams, and for settings", async () => {
    await desk.needsLogin(tenantId);
    const { known } = desk.people;
    desk.people.known = undefined;
    expect(await sweep()).toBe(0);
    desk.people.known = known;
    expect(await sweep()).toBe(2);
  });

  it("is tried again where the server asks for it, and the others are told meanwhile", async () => {
    await desk.needsLogin(tenantId);
    smtp.refuses = (address) => (address === ANNA.address ? 450 : undefined);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
    smtp.refuses = () => undefined;
    expect(await sweep()).toBe(1);
    expect(recipients()).toEqual(BOTH);
  });

  it("is not repeated to an address that is refused for good, until the next day", async () => {
    await desk.needsLogin(tenantId);
    smtp.refuses = (address) => (address === ANNA.address ? 550 : undefined);
    expect([await sweep(), await sweep()]).toEqual([1, 0]);
    await desk.later("1 day");
    smtp.refuses = () => undefined;
    expect(await sweep()).toBe(2);
  });

  it("is not repeated where the connection broke after the mail was handed over", async () => {
    await desk.needsLogin(tenantId);
    smtp.refuses = (address) => (address === ANNA.address ? 0 : undefined);
    expect([await sweep(), await sweep()]).toEqual([1, 0]);
    expect(recipients()).toEqual(BOTH);
  });

  it("is not repeated where the sender died before it could note it", async () => {
    await desk.needsLogin(tenantId);
    const real = post(smtp);
    const dies = desk.mailer(smtp, {
      post: {
        ready: () => real.ready(),
        send: async (mail) => {
          await real.send(mail);
          throw new Error("killed");
        },
      },
    });
    expect(await dies.sweep()).toBe(0);
    expect(recipients()).toEqual([ANNA.address]);
    expect(await sweep()).toBe(1);
    expect(recipients()).toEqual(BOTH);
    const rounds = () => desk.state.rows("select 1 from state.mail_round");
    // It may still be under way.
    expect(await rounds()).toEqual([]);
    await desk.later("11 minutes");
    expect(await sweep()).toBe(0);
    expect(await rounds()).toHaveLength(1);
  });
});
