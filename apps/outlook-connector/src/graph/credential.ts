import { createHash, X509Certificate } from "node:crypto";
import { ConnectorError } from "@ams-sync/connector-kit";
import { z } from "zod";

const text = z.string().trim().min(1);
const app = {
  /** The directory: its id or one of its domains. It becomes part of an address. */
  tenant: text.regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/),
  clientId: z.guid(),
};

const credential = z.union([
  /** Delegated: of somebody who has signed in. The application may be a public one, without a secret. */
  z.object({ ...app, refreshToken: text, secret: text.optional() }).strict(),
  /** Application permissions. */
  z.object({ ...app, secret: text }).strict(),
  /** The same; PEM with the certificate and its private key. */
  z.object({ ...app, certificate: text }).strict(),
]);

/** What stands encrypted in settings in place of a password, as JSON. */
export type Credential = z.infer<typeof credential>;

export const isDelegated = (
  one: Credential,
): one is Extract<Credential, { refreshToken: string }> =>
  "refreshToken" in one;

/** @throws ConnectorError `auth`; it repeats nothing of the text */
export function parseCredential(password: string): Credential {
  const checked = credential.safeParse(jsonOf(password));
  if (!checked.success) throw unreadable();
  return checked.data;
}

/** Names a credential without holding it. */
export const keyOf = (one: Credential): string =>
  createHash("sha256").update(JSON.stringify(one)).digest("base64url");

export interface Certificate {
  readonly thumbprintSha256: string;
  readonly privateKey: string;
  readonly x5c: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;
const PRIVATE_KEY =
  /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[^-]+-----END (?:RSA |EC )?PRIVATE KEY-----/;

/** @throws ConnectorError `auth` */
export function certificateOf(pem: string): Certificate {
  const [certificate] = CERTIFICATE.exec(pem) ?? [];
  const [privateKey] = PRIVATE_KEY.exec(pem) ?? [];
  if (certificate === undefined || privateKey === undefined) throw broken();
  try {
    const { fingerprint256 } = new X509Certificate(certificate);
    const thumbprintSha256 = fingerprint256.replaceAll(":", "");
    return { thumbprintSha256, privateKey, x5c: certificate };
  } catch (error) {
    throw broken(error);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unreadable = (): ConnectorError =>
  new ConnectorError(
    "auth",
    "The stored login is none for Microsoft 365; enter the app registration or sign in again on the page Synchronisation.",
    { refused: "app" },
  );

const broken = (cause?: unknown): ConnectorError =>
  new ConnectorError(
    "auth",
    "The certificate of the app registration cannot be read; enter it again as PEM, together with its private key.",
    { cause, refused: "app" },
  );
