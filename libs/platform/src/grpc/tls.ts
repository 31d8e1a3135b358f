import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { allOf } from "../config/all-of.js";
import { ConfigError } from "../config/config-error.js";

/** PEM texts. Both sides show a certificate of the CA. */
export interface GrpcTls {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface GrpcTlsFiles {
  readonly GRPC_TLS_CA_FILE?: string | undefined;
  readonly GRPC_TLS_CERT_FILE?: string | undefined;
  readonly GRPC_TLS_KEY_FILE?: string | undefined;
}

/**
 * undefined when none of the three files is named: plain text, for loopback and for meshes that encrypt.
 * @throws ConfigError when only some are named, or naming each that cannot be read or is no such PEM.
 */
export const loadGrpcTls = async (
  files: GrpcTlsFiles,
): Promise<GrpcTls | undefined> => {
  const names = [
    "GRPC_TLS_CA_FILE",
    "GRPC_TLS_CERT_FILE",
    "GRPC_TLS_KEY_FILE",
  ] as const;
  const missing = names.filter((name) => files[name] === undefined);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) {
    throw new ConfigError(
      missing.map((name) => ({
        name,
        reason: "missing, the other GRPC_TLS files are named",
      })),
    );
  }
  const read = async (
    name: (typeof names)[number],
    check: (pem: Buffer) => unknown,
    what: string,
  ): Promise<Buffer> => {
    const bad = (reason: string) => new ConfigError([{ name, reason }]);
    const pem = await readFile(files[name] ?? "").catch(() => {
      throw bad("names a file that cannot be read");
    });
    try {
      check(pem);
    } catch {
      // Not chained: what is wrong with a key is nothing to log.
      throw bad(`must name a file with ${what} in PEM`);
    }
    return pem;
  };
  const certificate = (pem: Buffer) => new X509Certificate(pem);
  const [ca, cert, key] = await allOf([
    read("GRPC_TLS_CA_FILE", certificate, "a certificate"),
    read("GRPC_TLS_CERT_FILE", certificate, "a certificate"),
    read("GRPC_TLS_KEY_FILE", createPrivateKey, "an unencrypted private key"),
  ]);
  if (!certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw new ConfigError([
      {
        name: "GRPC_TLS_KEY_FILE",
        reason: "is not the key of the certificate in GRPC_TLS_CERT_FILE",
      },
    ]);
  return { ca, cert, key };
};
