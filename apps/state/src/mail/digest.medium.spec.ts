import { randomUUID } from "node:crypto";
import { StreamKind, System } from "@ams-sync/contracts";
import {
  readMail,
  startSmtp,
  type SmtpUnderTest,
} from "@ams-sync/testing/smtp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MailOffice } from "../testing/mail-office.js";

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

it("gathers for a while before it goes out", async () => {
  await away(USERS.slice(0, 2));
  expect(await sweep(600_000)).toBe(0);
  await away(USERS.slice(2, 4));
  expect(await sweep(600_000)).toBe(0);
  await desk.state.rows(
    "update state.mail_digest set opened_at = opened_at - interval '10 minutes'",
  );
  expect(await sweep(600_000)).toBe(5);
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

describe("of one user's two accounts", () => {
  const [owner] = USERS;
  const two = async (userId: string) => {
    const cloud = await desk.office.account(tenantId, { userId });
    const outlook = await desk.office.account(tenantId, {
      ...{ userId, system: System.OUTLOOK },
      streams: [StreamKind.APPOINTMENTS],
    });
    await desk.state.rows(
      `update state.account set known_at = now() - interval '25 hours'`,
    );
    return [cloud.accountId, outlook.accountId];
  };

  it("is one, with the page of each, and one that follows is in the next day's", async () => {
    const [cloud, outlook] = await two(owner?.userId ?? "");
    expect(await sweep()).toBe(2);
    const [mail, ...more] = smtp.mails
      .filter(({ to }) => to === owner?.address)
      .map(({ raw }) => readMail(raw));
    expect(more).toEqual([]);
    expect(mail?.subject).toBe(
      "ams: Seit einem Tag keine Übertragung bei 2 Konten",
    );
    expect(mail?.text).toContain(
      `- ams Cloud (Kontakte)\n  https://ams.example/sync/accounts/${cloud}
- Outlook (Termine)\n  https://ams.example/sync/accounts/${outlook}\n`,
    );
    await two(owner?.userId ?? "");
    expect(await sweep()).toBe(0);
    await desk.later("1 day");
    expect(await sweep()).toBe(2);
  });

  it("is the one about all where the user looks after all", async () => {
    await two(CHIEF.userId);
    await away(USERS.slice(0, 1));
    desk.people.known = {
      users: [...USERS, CHIEF],
      reachable: [{ ...CHIEF, language: "de" }],
      administrators: [{ ...CHIEF, language: "de" }],
    };
    expect(await sweep()).toBe(1);
    expect(toChief()[0]?.text).toContain(
      "- Benutzer 00, ams Cloud\n- Bernd Chef, ams Cloud\n- Bernd Chef, Outlook\n",
    );
  });
});

it("is begun anew where what it was about was over before it went out", async () => {
  await away(USERS.slice(0, 1));
  await sweep(600_000);
  await desk.state.rows("delete from state.account");
  await desk.later("3 hours");
  await away(USERS.slice(1, 3));
  expect(await sweep(600_000)).toBe(0);
});
