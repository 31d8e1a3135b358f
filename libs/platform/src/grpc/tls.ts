import { readFile } from "node:fs/promises";
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
 * @throws ConfigError when only some are named or one cannot be read.
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
  const read = async (name: (typeof names)[number]): Promise<Buffer> =>
    readFile(files[name] ?? "").catch(() => {
      throw new ConfigError([
        { name, reason: "names a file that cannot be read" },
      ]);
    });
  return {
    ca: await read("GRPC_TLS_CA_FILE"),
    cert: await read("GRPC_TLS_CERT_FILE"),
    key: await read("GRPC_TLS_KEY_FILE"),
  };
};
