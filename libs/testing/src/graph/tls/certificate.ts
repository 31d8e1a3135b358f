import { generateKeyPair, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";
import {
  bits,
  context,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  utcTime,
  utf8,
  yes,
} from "./der.js";

export interface SelfSigned {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

const ALGORITHM = {
  ec: () => sequence(oid("1.2.840.10045.4.3.2")),
  rsa: () => sequence(oid("1.2.840.113549.1.1.11"), nothing),
} as const;

const DAY = 86_400_000;

const keyPair = (type: "ec" | "rsa") =>
  type === "ec"
    ? promisify(generateKeyPair)("ec", { namedCurve: "P-256" })
    : promisify(generateKeyPair)("rsa", { modulusLength: 2_048 });

/** Subject alternative names: localhost and 127.0.0.1. */
const alternativeNames = (): Buffer =>
  sequence(
    context(2, false, Buffer.from("localhost")),
    context(7, false, Buffer.of(127, 0, 0, 1)),
  );

/** A certificate for this machine that vouches for itself, made afresh: Node has no function for it, and openssl may be missing. */
export async function selfSigned(
  name: string,
  type: "ec" | "rsa" = "ec",
): Promise<SelfSigned> {
  const { publicKey, privateKey } = await keyPair(type);
  const who = sequence(set(sequence(oid("2.5.4.3"), utf8(name))));
  const algorithm = ALGORITHM[type]();
  const now = Date.now();
  const toSign = sequence(
    context(0, true, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    who,
    sequence(utcTime(now - DAY), utcTime(now + 365 * DAY)),
    who,
    publicKey.export({ type: "spki", format: "der" }),
    context(
      3,
      true,
      sequence(
        sequence(oid("2.5.29.17"), octets(alternativeNames())),
        sequence(oid("2.5.29.19"), yes, octets(sequence(yes))),
      ),
    ),
  );
  const signature = sign("sha256", toSign, privateKey);
  const der = sequence(toSign, algorithm, bits(signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}
