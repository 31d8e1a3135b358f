import { randomUUID } from "node:crypto";
import { logger, meter } from "@ams-sync/platform";
import { letter } from "./letter.js";
import type { Candidate, MailRepository, Trouble } from "./mail.repository.js";
import type { Mailboxes, Recipient } from "./mailboxes.js";
import type { Post } from "./post.js";

export interface MailParts {
  readonly repository: MailRepository;
  readonly mailboxes: Pick<Mailboxes, "of">;
  readonly post: Pick<Post, "ready" | "send">;
  readonly consoleUrl: string;
  readonly intervalMs: number;
}

/** The mail server is away: all others would wait for it, too. */
class MailAway extends Error {
  override readonly name = "MailAway";
}

const BATCH = 200;

/** Tells people of accounts that need somebody: each of the same at most once a day, and again when the mail server was away. */
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
    let after: Candidate | undefined;
    for (;;) {
      const candidates = await this.parts.repository.candidates(BATCH, after);
      // Nobody counts as told while the mail server could not be told.
      if (candidates.length === 0 || !(await this.serverIsThere())) return sent;
      try {
        for (const [tenantId, some] of byTenant(candidates)) {
          if (this.stopped) return sent;
          sent += await this.ofTenant(tenantId, some);
        }
      } catch (error) {
        if (!(error instanceof MailAway)) throw error;
        return sent;
      }
      after = candidates.at(-1);
      if (candidates.length < BATCH) return sent;
    }
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
    let sent = 0;
    try {
      const troubles = await repository.troubles(tenantId, candidates);
      if (troubles.length === 0) return 0;
      for (const [trouble, recipients] of await mailboxes.of(
        tenantId,
        troubles,
      )) {
        for (const recipient of recipients)
          if (await this.tell(trouble, recipient)) sent += 1;
        await repository.round(
          trouble,
          recipients.map(({ key }) => key),
        );
      }
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
  private async tell(trouble: Trouble, recipient: Recipient): Promise<boolean> {
    const { repository, post, consoleUrl } = this.parts;
    const { tenantId, accountId, cause, system } = trouble;
    const id = randomUUID();
    if (!(await repository.claim(trouble, recipient.key, id))) return false;
    const link = new URL(`accounts/${accountId}`, folder(consoleUrl)).href;
    const { name, address } = recipient;
    const posted = await post.send({
      ...{ id, to: { name, address } },
      ...letter(cause, system, recipient, link),
    });
    this.mails.add(1, { cause, end: posted.kind });
    if (posted.kind === "later" || posted.kind === "away") {
      await repository.released(tenantId, id);
      this.log.warn(
        { code: posted.code, tenantId, accountId, cause },
        "the mail server did not take a mail now; it is tried again",
      );
      if (posted.kind === "away") throw new MailAway();
      return false;
    }
    await repository.ended(tenantId, id);
    if (posted.kind !== "sent")
      this.log.warn(
        { code: posted.code, tenantId, accountId, cause, kind: posted.kind },
        posted.kind === "refused"
          ? "the mail server refuses a mail: look whether the user's address in ams is right"
          : "the connection broke while a mail was handed over; it may have arrived and is not sent again today",
      );
    return posted.kind === "sent";
  }
}

/** A console below a path has it kept. */
const folder = (url: string): string => (url.endsWith("/") ? url : `${url}/`);

const byTenant = (
  candidates: readonly Candidate[],
): ReadonlyMap<string, readonly Candidate[]> => {
  const tenants = new Map<string, Candidate[]>();
  for (const candidate of candidates)
    tenants.set(candidate.tenantId, [
      ...(tenants.get(candidate.tenantId) ?? []),
      candidate,
    ]);
  return tenants;
};
