import type { z } from "zod";

/**
 * Refuses a configuration that sets none or several of these variables, and names each of them. Use it on the app's
 * whole schema, as a refined schema cannot be extended.
 */
export const exactlyOneOf = <S extends z.ZodType>(
  schema: S,
  names: readonly string[],
): S =>
  names.reduce(
    (refined, path) =>
      refined.refine(
        (config) => {
          const set = config as Readonly<Record<string, unknown>>;
          return names.filter((name) => set[name] !== undefined).length === 1;
        },
        {
          path: [path],
          message: `exactly one of ${names.join(" and ")} is needed`,
          // Also when other variables are bad: all are named at once.
          when: () => true,
        },
      ),
    schema,
  );
