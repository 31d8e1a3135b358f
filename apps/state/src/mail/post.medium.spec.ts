import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { post } from "../testing/mail-office.js";
import { startSmtp, type SmtpUnderTest } from "@ams-sync/testing/smtp";

const SECURITIES = ["starttls", "tls", "none"] as const;
const servers = new Map<string, SmtpUnderTest>();
const server = (name: string): SmtpUnderTest => {
  const found = servers.get(name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
};

beforeAll(async () => {
  for (const name of SECURITIES)
    servers.set(name, await startSmtp(name, { auth: name !== "none" }));
});
afterAll(async () => {
  for (const one of servers.values()) await one.stop();
});

const MAIL = {
  id: "b5c1",
  to: { name: "Anna", address: "anna@makler.example" },
  ...{ subject: "ams: Grüße", text: "Guten Tag" },
};
const NOBODY = { SMTP_SECURITY: "none", SMTP_USER: "" };

describe("a mail", () => {
  it.each(["starttls", "tls"])(
    "goes out over %s with a login",
    async (name) => {
      const sending = post(server(name), { env: { SMTP_SECURITY: name } });
      expect(await sending.ready()).toEqual({ kind: "sent" });
      expect(await sending.send(MAIL)).toEqual({ kind: "sent" });
      expect(server(name).mails).toMatchObject([
        { to: "anna@makler.example", secure: true, user: "ams-sync" },
      ]);
      expect(server(name).mails[0]?.raw).toContain(
        "Message-ID: <b5c1@hoster.example>",
      );
    },
  );

  it("goes to a relay of one's own without either", async () => {
    const sending = post(server("none"), { env: NOBODY });
    expect(await sending.ready()).toEqual({ kind: "sent" });
    expect(await sending.send(MAIL)).toEqual({ kind: "sent" });
    expect(server("none").mails).toMatchObject([{ secure: false }]);
  });

  it.each([
    ["a wrong password", "starttls", { password: "falsch" }, "EAUTH 535"],
    ["a certificate that nobody vouches for", "starttls", { ca: "" }, ""],
    ["TLS where there is none", "none", { env: { SMTP_SECURITY: "tls" } }, ""],
    ["a server that offers no STARTTLS", "none", {}, "ETLS"],
  ])("goes nowhere with %s", async (_what, name, how, code) => {
    const before = server(name).mails.length;
    const sending = post(server(name), how);
    for (const answer of [await sending.ready(), await sending.send(MAIL)]) {
      expect(["away", "unknown"]).toContain(answer.kind);
      expect("code" in answer && answer.code).toContain(code);
    }
    expect((await sending.ready()).kind).toBe("away");
    expect(server(name).mails).toHaveLength(before);
  });

  it.each([
    [450, "later"],
    [550, "refused"],
    [421, "away"],
    [0, "unknown"],
  ])("that is answered with %d is %s", async (code, kind) => {
    const one = server("starttls");
    one.refuses = () => code;
    const answer = await post(one).send(MAIL);
    one.refuses = () => undefined;
    expect(answer.kind).toBe(kind);
    // No text of the server's.
    expect(JSON.stringify(answer)).not.toMatch(/geheim|makler/);
  });
});
