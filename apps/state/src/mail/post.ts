import { rootCertificates } from "node:tls";
import { createTransport, type SentMessageInfo } from "nodemailer";
import { addressOf, type MailConfig } from "./mail-config.js";

export interface Mail {
  /** Names it: a mail server that gets it twice may know it again. */
  readonly id: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
}

/**
 * `sent`: the mail server took it. `refused`: it will never take this one. `later`: not now, it may another time. `away`:
 * it, or the way to it, takes none. In these three it certainly has it not. `unknown`: the connection broke, and it may have.
 */
export type Posted =
  | { readonly kind: "sent" }
  | {
      readonly kind: "refused" | "later" | "away" | "unknown";
      /** Of SMTP or of the system; no text of the server's, which may quote the address. */
      readonly code: string;
    };

export interface Secret {
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
}

const PORTS = { starttls: 587, tls: 465, none: 25 } as const;
const PATIENCE_MS = 20_000;
/** Before the first word of a mail. */
const BEFORE = ["EDNS", "EAUTH", "ETLS", "ENOAUTH", "EPROXY"];
/** Where the answer is about this mail and no other. */
const ABOUT_IT = ["RCPT TO", "DATA"];

/** The way to the mail server; a connection for each mail. */
export class Post {
  readonly #transport;
  readonly #from: string;
  readonly where: string;

  constructor(config: MailConfig, secret: Secret) {
    const { SMTP_HOST: host = "", SMTP_SECURITY: security } = config;
    const port = config.SMTP_PORT ?? PORTS[security];
    this.where = `${host}:${port}`;
    this.#from = config.MAIL_FROM ?? "";
    this.#transport = createTransport({
      ...{ host, port, secure: security === "tls" },
      // Without it a server in between could talk both into plain text.
      requireTLS: security === "starttls",
      ignoreTLS: security === "none",
      ...(secret.ca !== undefined && {
        tls: { ca: [...rootCertificates, secret.ca] },
      }),
      ...(config.SMTP_USER !== undefined && {
        auth: { user: config.SMTP_USER, pass: secret.password ?? "" },
      }),
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
      // Texts are ours: nothing in them may name a file or an address to be fetched.
      ...{ disableFileAccess: true, disableUrlAccess: true },
    });
  }

  /** Whether the server answers and takes the login; asked before anybody counts as told. */
  async ready(): Promise<Posted> {
    try {
      await this.#transport.verify();
      return { kind: "sent" };
    } catch (error) {
      return { kind: "away", code: codeOf(error) };
    }
  }

  async send(mail: Mail): Promise<Posted> {
    const domain = addressOf(this.#from)?.split("@")[1] ?? "ams-sync";
    try {
      const sent: SentMessageInfo = await this.#transport.sendMail({
        ...{ from: this.#from, to: mail.to },
        ...{ subject: mail.subject, text: mail.text },
        messageId: `<${mail.id}@${domain}>`,
        // RFC 3834: no out-of-office notes in return.
        headers: {
          "Auto-Submitted": "auto-generated",
          "X-Auto-Response-Suppress": "All",
        },
      });
      return sent ? { kind: "sent" } : { kind: "unknown", code: "none" };
    } catch (error) {
      return failure(error);
    }
  }

  close(): void {
    this.#transport.close();
  }
}

interface SmtpError {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly syscall?: unknown;
  readonly responseCode?: unknown;
}

const failure = (error: unknown): Posted => {
  const { code: name, command, syscall, responseCode } = error as SmtpError;
  const code = codeOf(error);
  if (BEFORE.includes(String(name)) || syscall === "connect")
    return { kind: "away", code };
  if (typeof responseCode !== "number") return { kind: "unknown", code };
  // RFC 5321 3.8: 421 ends the connection, whatever it answers.
  if (responseCode === 421 || !ABOUT_IT.includes(String(command)))
    return { kind: "away", code };
  return { kind: responseCode >= 500 ? "refused" : "later", code };
};

const codeOf = (error: unknown): string => {
  const { code, responseCode } = error as SmtpError;
  const said = [code, responseCode].filter(
    (part) => typeof part === "string" || typeof part === "number",
  );
  return said.join(" ") || "unknown";
};
