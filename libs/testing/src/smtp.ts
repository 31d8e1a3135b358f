import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SMTPServer } from "smtp-server";

export { readMail } from "./read-mail.js";

export interface ReceivedMail {
  readonly to: string;
  /** As it came over the wire. */
  readonly raw: string;
  /** Whether the connection was encrypted. */
  readonly secure: boolean;
  readonly user: string | undefined;
}

export interface SmtpUnderTest {
  readonly port: number;
  /** PEM of the certificate that it shows. */
  readonly ca: string;
  readonly mails: ReceivedMail[];
  /** How many connections there were. */
  connections: number;
  /** What it answers to a recipient instead of taking it; 0 ends the connection after it has the mail. */
  refuses: (address: string) => number | undefined;
  stop(): Promise<void>;
}

export const SMTP_LOGIN = { user: "ams-sync", password: "nur-für-Mails" };

/** A real SMTP server: TLS from the first word, STARTTLS, or neither. */
export async function startSmtp(
  security: "tls" | "starttls" | "none",
  { auth = true, port = 0 } = {},
): Promise<SmtpUnderTest> {
  const { key, cert } = await certificate();
  const answer = (code: number): Error =>
    Object.assign(new Error("Postfach unbekannt: geheim"), {
      responseCode: code,
    });
  const server = new SMTPServer({
    secure: security === "tls",
    ...{ key, cert, logger: false },
    hideSTARTTLS: security === "none",
    closeTimeout: 100,
    allowInsecureAuth: false,
    authOptional: !auth,
    disabledCommands: [
      ...(auth ? [] : ["AUTH"]),
      ...(security === "none" ? ["STARTTLS"] : []),
    ],
    onConnect: (_session, done) => {
      under.connections += 1;
      done();
    },
    onAuth: ({ username, password }, _session, done) => {
      const known =
        username === SMTP_LOGIN.user && password === SMTP_LOGIN.password;
      done(
        known ? null : new Error("no"),
        known ? { user: username } : undefined,
      );
    },
    onRcptTo: ({ address }, _session, done) => {
      const code = under.refuses(address);
      done(code ? answer(code) : null);
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        under.mails.push({
          ...{ to, raw: Buffer.concat(chunks).toString("utf8") },
          ...{
            secure: session.secure,
            user: session.user as string | undefined,
          },
        });
        if (under.refuses(to) === 0)
          for (const open of server.connections) open.close();
        else done();
      });
    },
  });
  server.on("error", () => undefined);
  const under: SmtpUnderTest = {
    ...{ port: 0, ca: cert, mails: [], connections: 0 },
    refuses: () => undefined,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  await new Promise<void>((resolve) =>
    server.listen(port, "127.0.0.1", () => resolve()),
  );
  return Object.assign(under, {
    port: (server.server.address() as AddressInfo).port,
  });
}

let made: Promise<{ key: string; cert: string }> | undefined;
const certificate = () => (made ??= makeCertificate());

async function makeCertificate() {
  const folder = await mkdtemp(join(tmpdir(), "smtp-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    ...["-nodes", "-days", "1", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-keyout", key, "-out", cert],
  ]);
  const pem = {
    key: await readFile(key, "utf8"),
    cert: await readFile(cert, "utf8"),
  };
  await rm(folder, { recursive: true });
  return pem;
}
