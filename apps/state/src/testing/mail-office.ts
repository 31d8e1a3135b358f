import {
  AccountHealth,
  SettingsServiceDefinition,
  type ListMailboxesResponse,
} from "@ams-sync/contracts";
import { readConfig, serveGrpc, type GrpcServer } from "@ams-sync/platform";
import { freePort, startPostgres, type Postgres } from "@ams-sync/testing";
import { ServerError, Status } from "nice-grpc-common";
import { mailConfig } from "../mail/mail-config.js";
import { MailRepository } from "../mail/mail.repository.js";
import { Mailboxes } from "../mail/mailboxes.js";
import { Mailer, type MailParts } from "../mail/mailer.js";
import { Post } from "../mail/post.js";
import { Office } from "./office.js";
import { SMTP_LOGIN, type SmtpUnderTest } from "@ams-sync/testing/smtp";
import { StateUnderTest } from "./state-under-test.js";

/** What a server might say when it refuses a login, and nobody may read in a mail. */
export const SERVER_TEXT = "Basic am9lcmc6Z2VoZWlt https://wolke.example";

/** state with who stands in for settings at the other end of real gRPC, and mails that go to a real SMTP server. */
export class MailOffice {
  private constructor(
    private readonly postgres: Postgres,
    readonly state: StateUnderTest,
    private readonly settings: GrpcServer,
    private readonly mailboxes: Mailboxes,
    /** What ams says through settings; undefined: it is away. */
    readonly people: { known: ListMailboxesResponse | undefined },
  ) {}

  /** @param env of state: with SMTP_HOST it sends by itself */
  static async open(env: NodeJS.ProcessEnv = {}): Promise<MailOffice> {
    const postgres = await startPostgres();
    const port = await freePort();
    const state = await StateUnderTest.on(postgres, {
      ...{ LOG_LEVEL: "silent", SETTINGS_ADDRESS: `127.0.0.1:${port}` },
      ...env,
    });
    const people: MailOffice["people"] = { known: undefined };
    const refuse = async (): Promise<never> => {
      throw new ServerError(Status.UNIMPLEMENTED, "not here");
    };
    const settings = await serveGrpc({
      ...{ host: "127.0.0.1", port, keys: state.keysOf("settings") },
      services: [
        {
          definition: SettingsServiceDefinition,
          implementation: {
            ...{ saveAccount: refuse, getAccount: refuse, getRights: refuse },
            ...{
              listAccounts: refuse,
              getCredential: refuse,
              renewCredential: refuse,
            },
            listVisibleRecords: refuse,
            listMailboxes: async () => {
              if (people.known) return people.known;
              throw new ServerError(Status.UNAVAILABLE, "ams is away");
            },
          },
          callers: {
            ...{ saveAccount: [], getAccount: [], listAccounts: [] },
            ...{ getCredential: [], renewCredential: [], getRights: [] },
            listVisibleRecords: [],
            listMailboxes: ["state"],
          },
        },
      ],
    });
    const mailboxes = new Mailboxes({
      ...{ address: `127.0.0.1:${settings.port}`, tls: undefined },
      keys: state.keysOf("state"),
    });
    return new MailOffice(postgres, state, settings, mailboxes, people);
  }

  get office(): Office {
    return new Office(this.state);
  }

  /** Another replica. */
  mailer(smtp: SmtpUnderTest, parts: Partial<MailParts> = {}): Mailer {
    return new Mailer({
      repository: this.state.get(MailRepository),
      mailboxes: this.mailboxes,
      post: post(smtp),
      consoleUrl: "https://ams.example/sync",
      intervalMs: 3_600_000,
      gatherMs: 0,
      ...parts,
    });
  }

  /** An account whose server refuses the login. */
  async needsLogin(tenantId: string, userId = "7") {
    const { office } = this;
    const account = await office.account(tenantId, { userId });
    const run = await office.begin(account);
    await office.end(run, {
      health: AccountHealth.NEEDS_LOGIN,
      ...{ errorKind: "auth", errorMessage: SERVER_TEXT },
    });
    return account;
  }

  /** All that was remembered of mails is so much older. */
  async later(interval: string): Promise<void> {
    await this.state.rows(
      `update state.mail_digest set claimed_at = claimed_at - $1::interval, ended_at = ended_at - $1::interval,
         opened_at = opened_at - $1::interval`,
      [interval],
    );
    await this.state.rows(
      `update state.mail_round set told_at = told_at - $1::interval`,
      [interval],
    );
  }

  async stop(): Promise<void> {
    this.mailboxes.close();
    await this.settings.close();
    await this.state.stop();
    await this.postgres.stop();
  }
}

export const post = (
  smtp: Pick<SmtpUnderTest, "port" | "ca">,
  { env = {} as Record<string, string>, ca = smtp.ca, password = "" } = {},
): Post =>
  new Post(
    readConfig(mailConfig, {
      SMTP_HOST: "localhost",
      SMTP_PORT: String(smtp.port),
      SMTP_USER: SMTP_LOGIN.user,
      MAIL_FROM: "ams-sync <sync@hoster.example>",
      CONSOLE_URL: "https://ams.example/sync",
      ...env,
    }),
    { password: password || SMTP_LOGIN.password, ca },
  );
