import type { z } from "zod";
import { checkServiceKeys } from "../grpc/service-keys.js";
import { loadGrpcTls } from "../grpc/tls.js";
import { allOf } from "./all-of.js";
import { given, readConfig } from "./read-config.js";

/** Argument of a service's main: says what is wrong with its environment, and starts nothing. */
export const CHECK_CONFIG = "--check-config";

/** Nothing is wrong, and nothing more was asked. */
export class ConfigSound extends Error {
  override readonly name = "ConfigSound";
}

/** Looks into files that variables name; those that are not set are the schema's matter. */
export type FileCheck = (env: NodeJS.ProcessEnv) => Promise<unknown>;

/**
 * `readConfig` for a service: looks in the same pass into the files that the variables name (service keys, TLS, and
 * what `checks` add), so that one start tells all that is to be mended.
 * @throws ConfigError naming all bad variables, never a value.
 * @throws ConfigSound where only a check was asked for
 */
export const readServiceConfig = async <S extends z.ZodType>(
  schema: S,
  {
    env = process.env,
    checks = [],
  }: { env?: NodeJS.ProcessEnv; checks?: readonly FileCheck[] } = {},
): Promise<z.infer<S>> => {
  const set = given(env);
  const [config] = await allOf<[z.infer<S>, ...unknown[]]>([
    (async () => readConfig(schema, env))(),
    checkServiceKeys(set),
    loadGrpcTls(set),
    ...checks.map((check) => check(set)),
  ]);
  if (process.argv.includes(CHECK_CONFIG)) throw new ConfigSound();
  return config;
};
