import { loadGrpcTls, logger, ServiceKeys } from "@ams-sync/platform";
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from "@nestjs/common";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import { fileOf } from "./mail-config.js";
import { MailRepository } from "./mail.repository.js";
import { Mailboxes } from "./mailboxes.js";
import { Mailer } from "./mailer.js";
import { Post } from "./post.js";

/** Mails go out where a mail server is named; else nobody is written to, and the start says so. */
@Injectable()
export class MailService
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly log = logger("mail");
  private close: (() => Promise<void>) | undefined;

  constructor(
    private readonly repository: MailRepository,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { SMTP_HOST, SETTINGS_ADDRESS, CONSOLE_URL } = this.config;
    if (!SMTP_HOST || !SETTINGS_ADDRESS || !CONSOLE_URL) {
      this.log.info(
        "SMTP_HOST is not set: nobody is written to about accounts that need somebody; the console shows them",
      );
      return;
    }
    const mailboxes = new Mailboxes({
      address: SETTINGS_ADDRESS,
      keys: await ServiceKeys.load(this.config),
      tls: await loadGrpcTls(this.config),
    });
    const post = await openPost(this.config);
    const mailer = new Mailer({
      ...{ repository: this.repository, mailboxes, post },
      consoleUrl: CONSOLE_URL,
      intervalMs: this.config.MAIL_INTERVAL_MS,
      gatherMs: this.config.MAIL_GATHER_MS,
    });
    mailer.start();
    this.log.info(
      { server: post.where, security: this.config.SMTP_SECURITY },
      "people are written to about accounts that need somebody",
    );
    this.close = async () => {
      await mailer.stop();
      post.close();
      mailboxes.close();
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.close?.();
  }
}

/** @throws ConfigError */
export const openPost = async (config: StateConfig): Promise<Post> => {
  const secret = {
    ca: await fileOf("SMTP_CA_FILE", config.SMTP_CA_FILE),
    password:
      config.SMTP_PASSWORD ??
      (
        await fileOf("SMTP_PASSWORD_FILE", config.SMTP_PASSWORD_FILE)
      )?.trimEnd(),
  };
  return new Post(config, secret);
};
