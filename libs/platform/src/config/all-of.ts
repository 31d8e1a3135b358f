import { ConfigError, firstReasons, type BadVariable } from "./config-error.js";

/**
 * Waits for all. What fails with a ConfigError is merged into one, so that one start tells everything that is to be
 * mended; of several reasons for a variable the first stands.
 * @throws ConfigError, or the first other error
 */
export const allOf = async <const T extends readonly unknown[]>(promises: {
  readonly [I in keyof T]: Promise<T[I]>;
}): Promise<T> => {
  const results = await Promise.allSettled(promises);
  const bad: BadVariable[] = [];
  const values: unknown[] = [];
  for (const result of results) {
    if (result.status === "fulfilled") values.push(result.value);
    else if (!(result.reason instanceof ConfigError)) throw result.reason;
    else bad.push(...result.reason.variables);
  }
  if (bad.length > 0) throw new ConfigError(firstReasons(bad));
  return values as unknown as T;
};
