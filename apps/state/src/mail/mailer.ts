import { randomUUID } from "node:crypto";
import { logger, meter } from "@ams-sync/platform";
import { digest } from "./digest.js";
import type { Candidate, MailRepository, Trouble } from "./mail.repository.js";
import type { Mailboxes, Recipient } from "./mailboxes.js";
import type { Post } from "./post.js";

export interface MailParts {
  readonly repository: MailRepository;
  readonly mailboxes: Pick<Mailboxes, "of">;
  readonly post: Pick<Post, "ready" | "send">;
  readonly consoleUrl: string;
  readonly intervalMs: number;
  /** How long accounts are gathered for a mail. */
  readonly gatherMs: number;
}

/** What somebody is to hear in one mail. */
interface Gathered {
  readonly recipient: Recipient;
  readonly cause: Trouble["cause"];
  readonly troubles: {
    readonly trouble: Trouble;
    readonly owner: string | null;
  }[];
}

/** The mail server is away: all others would wait for it, too. */
class MailAway extends Error {
  override readonly name = "MailAway";
}

const BATCH = 200;

/** Tells people of accounts that need somebody: of each cause in one mail a day, and again when the mail server was away. */
export class Mailer {
  private readonly log = logger("mail");
  private readonly mails = meter("ams-sync-state").createCounter(
    "ams_sync_state_mails",
    {
      description: "Mails about accounts that need somebody, by cause and end",
    },
  );
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private stopped = false;
  private away = false;

  constructor(private readonly parts: MailParts) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.running = this.sweep()
        .catch((error: unknown) =>
          this.log.warn({ err: error }, "mails wait until the next minute"),
        )
        .finally(() => {
          if (!this.stopped) this.start();
        });
    }, this.parts.intervalMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** @returns how many were sent */
  async sweep(): Promise<number> {
    let sent = 0;
    let asked = false;
    try {
      for await (const [tenantId, candidates] of this.tenants()) {
        // Nobody counts as told while the mail server could not be told.
        if (this.stopped || !(asked || (await this.serverIsThere())))
          return sent;
        asked = true;
        sent += await this.ofTenant(tenantId, candidates);
      }
    } catch (error) {
      if (!(error instanceof MailAway)) throw error;
    }
    return sent;
  }

  /** Each tenant once, with all of its candidates: they come by tenant. */
  private async *tenants(): AsyncGenerator<[string, readonly Candidate[]]> {
    let after: Candidate | undefined;
    let gathered: Candidate[] = [];
    for (;;) {
      const page = await this.parts.repository.candidates(BATCH, after);
      for (const candidate of page) {
        const [first] = gathered;
        if (first && first.tenantId !== candidate.tenantId) {
          yield [first.tenantId, gathered];
          gathered = [];
        }
        gathered.push(candidate);
      }
      after = page.at(-1);
      if (page.length < BATCH) break;
    }
    const [first] = gathered;
    if (first) yield [first.tenantId, gathered];
  }

  private async serverIsThere(): Promise<boolean> {
    const ready = await this.parts.post.ready();
    if (ready.kind === "sent") {
      if (this.away) this.log.info("the mail server answers again");
      this.away = false;
      return true;
    }
    if (!this.away)
      this.log.error(
        { code: ready.code },
        "the mail server does not answer or refuses the login; mails wait until it does: look at SMTP_HOST, SMTP_SECURITY, SMTP_USER",
      );
    this.away = true;
    return false;
  }

  private async ofTenant(
    tenantId: string,
    candidates: readonly Candidate[],
  ): Promise<number> {
    const { repository, mailboxes } = this.parts;
    const gathered = new Map<string, Gathered>();
    const heard: [Trouble, readonly Recipient[]][] = [];
    let sent = 0;
    try {
      for (let from = 0; from < candidates.length; from += BATCH) {
        const troubles = await repository.troubles(
          tenantId,
          candidates.slice(from, from + BATCH),
        );
        if (troubles.length === 0) continue;
        for (const [trouble, recipients] of await mailboxes.of(
          tenantId,
          troubles,
        )) {
          heard.push([trouble, recipients]);
          for (const recipient of recipients)
            gather(gathered, trouble, recipient);
        }
      }
      for (const one of gathered.values())
        if (await this.tell(tenantId, one)) sent += 1;
      for (const [trouble, recipients] of heard)
        await repository.round(
          trouble,
          recipients.map(({ key }) => key),
        );
    } catch (error) {
      if (error instanceof MailAway) throw error;
      // ams or settings is away: one brokerage must not keep the others from hearing.
      this.log.warn(
        { err: error, tenantId },
        "mails of a tenant wait until the next minute",
      );
    }
    return sent;
  }

  /** @throws MailAway */
  private async tell(
    tenantId: string,
    { recipient, cause, troubles }: Gathered,
  ): Promise<boolean> {
    const { repository, gatherMs } = this.parts;
    const id = randomUUID();
    const about = { tenantId, cause };
    if (!(await repository.claim(about, recipient.key, id, gatherMs)))
      return false;
    const accounts = troubles.map(({ trouble, owner }) => ({
      ...{ owner, system: trouble.system, kinds: trouble.kinds },
      link: this.link(`accounts/${trouble.accountId}`),
    }));
    const all = this.link(
      cause === "needs-login" ? "accounts?health=needs-login" : "accounts",
    );
    return this.post({
      ...{ id, tenantId, cause, recipient },
      ...digest(cause, recipient, accounts, all),
    });
  }

  /** @throws MailAway */
  private async post(mail: {
    readonly id: string;
    readonly tenantId: string;
    readonly cause: Trouble["cause"];
    readonly recipient: Recipient;
    readonly subject: string;
    readonly text: string;
  }): Promise<boolean> {
    const { repository, post } = this.parts;
    const { id, tenantId, cause, recipient, subject, text } = mail;
    const { name, address } = recipient;
    const posted = await post.send({
      ...{ id, to: { name, address }, subject, text },
    });
    this.mails.add(1, { cause, end: posted.kind });
    if (posted.kind === "later" || posted.kind === "away") {
      await repository.released(tenantId, id);
      this.log.warn(
        { code: posted.code, tenantId, cause },
        "the mail server did not take a mail now; it is tried again",
      );
      if (posted.kind === "away") throw new MailAway();
      return false;
    }
    await repository.ended(tenantId, id);
    if (posted.kind !== "sent")
      this.log.warn(
        { code: posted.code, tenantId, cause, kind: posted.kind },
        posted.kind === "refused"
          ? "the mail server refuses a mail: look whether the user's address in ams is right"
          : "the connection broke while a mail was handed over; it may have arrived and is not sent again today",
      );
    return posted.kind === "sent";
  }

  private link(path: string): string {
    return new URL(path, folder(this.parts.consoleUrl)).href;
  }
}

/** What each hears in one mail: of a cause, whatever account it is. */
const gather = (
  gathered: Map<string, Gathered>,
  trouble: Trouble,
  recipient: Recipient,
): void => {
  const key = `${trouble.cause} ${recipient.key}`;
  const known = gathered.get(key);
  const one = { trouble, owner: recipient.accountOf };
  if (known) known.troubles.push(one);
  else gathered.set(key, { recipient, cause: trouble.cause, troubles: [one] });
};

/** A console below a path has it kept. */
const folder = (url: string): string => (url.endsWith("/") ? url : `${url}/`);
