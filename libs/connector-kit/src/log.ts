/** As pino has it. Only ids, codes and figures go in; never a field's value. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What may be told of an unexpected error: its text may hold a customer's data, its name and place do not. */
export const faultOf = (
  error: unknown,
): { readonly name: string; readonly at: readonly string[] } =>
  error instanceof Error
    ? {
        name: error.name,
        at: (error.stack ?? "")
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line.startsWith("at "))
          .slice(0, 6),
      }
    : { name: typeof error, at: [] };
