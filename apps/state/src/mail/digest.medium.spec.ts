import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { MailOffice, readMail } from "../testing/mail-office.js";
import { startSmtp, type SmtpUnderTest } from "@ams-sync/testing/smtp";

const USERS = Array.from({ length: 6 }, (_, index) => ({
  userId: String(100 + index),
  name: `Benutzer ${String(index).padStart(2, "0")}`,
  address: `benutzer${index}@makler.example`,
}));
const CHIEF = {
  userId: "9",
  name: "Bernd Chef",
  address: "bernd@makler.example",
};

let desk: MailOffice;
let smtp: SmtpUnderTest;
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
  await desk.state.rows("delete from state.account");
  await desk.state.rows("delete from state.mail_digest");
  smtp.mails.length = 0;
  tenantId = randomUUID();
  desk.people.known = {
    users: [...USERS, CHIEF],
    reachable: USERS.map((one) => ({ ...one, language: "de" })),
    administrators: [{ ...CHIEF, language: "de" }],
  };
});

const sweep = (gatherMs = 0) => desk.mailer(smtp, { gatherMs }).sweep();
const toChief = () =>
  smtp.mails
    .filter(({ to }) => to === CHIEF.address)
    .map(({ raw }) => readMail(raw));
/** As after a day on which the server of `users` was away. */
const away = async (users: readonly { userId: string }[]) => {
  for (const { userId } of users)
    await desk.office.account(tenantId, { userId });
  await desk.state.rows(
    `update state.account set known_at = now() - interval '25 hours'`,
  );
};

it("is one for whoever looks after several accounts whose server is away, and one for each user", async () => {
  await away(USERS);
  expect(await sweep()).toBe(7);
  const [mail, ...more] = toChief();
  expect(more).toEqual([]);
  expect(mail?.subject).toBe(
    "ams: Seit einem Tag keine Übertragung bei 6 Konten",
  );
  expect(mail?.text).toContain("- Benutzer 00, ams Cloud\n- Benutzer 01,");
  expect(mail?.text).toContain("https://ams.example/sync/accounts\n");
  expect(await sweep()).toBe(0);
  await desk.later("1 day");
  expect(await sweep()).toBe(7);
  expect(toChief()).toHaveLength(2);
});

it("gathers for a while before it goes out; a user hears at once", async () => {
  await away(USERS.slice(0, 2));
  expect(await sweep(600_000)).toBe(2);
  await away(USERS.slice(2, 4));
  expect(await sweep(600_000)).toBe(2);
  expect(toChief()).toEqual([]);
  await desk.state.rows(
    "update state.mail_digest set opened_at = opened_at - interval '10 minutes'",
  );
  expect(await sweep(600_000)).toBe(1);
  expect(toChief().map(({ subject }) => subject)).toEqual([
    "ams: Seit einem Tag keine Übertragung bei 4 Konten",
  ]);
});

it("is one a day, also where another account follows; that one is in the next", async () => {
  await away(USERS.slice(0, 1));
  expect(await sweep()).toBe(2);
  await desk.later("6 hours");
  await away(USERS.slice(1, 3));
  expect(await sweep()).toBe(2);
  expect(toChief()).toHaveLength(1);
  await desk.later("17 hours");
  await desk.later("1 hour");
  // The users of the later ones are told when their own day is over.
  expect(await sweep()).toBe(2);
  expect(toChief().map(({ subject }) => subject)).toEqual([
    "ams: Seit einem Tag keine Übertragung mit ams Cloud",
    "ams: Seit einem Tag keine Übertragung bei 3 Konten",
  ]);
  await desk.later("6 hours");
  expect(await sweep()).toBe(2);
  expect(toChief()).toHaveLength(2);
});

it("is begun anew where what it was about was over before it went out", async () => {
  await away(USERS.slice(0, 1));
  await sweep(600_000);
  await desk.state.rows("delete from state.account");
  await desk.later("3 hours");
  await away(USERS.slice(1, 3));
  expect(await sweep(600_000)).toBe(2);
  expect(toChief()).toEqual([]);
});
