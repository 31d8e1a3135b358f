/** What is wrong with one variable, without its value. */
export interface BadVariable {
  readonly name: string;
  readonly reason: string;
}

/** One reason a variable, the first. */
export const firstReasons = (
  variables: readonly BadVariable[],
): readonly BadVariable[] => {
  const named = new Map<string, BadVariable>();
  for (const variable of variables)
    if (!named.has(variable.name)) named.set(variable.name, variable);
  return [...named.values()];
};

/** A start that cannot succeed. Names every bad variable at once and no value: values may be secrets. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly variables: readonly BadVariable[]) {
    super(
      `Set these environment variables right and start again: ${variables
        .map(({ name, reason }) => `${name} (${reason})`)
        .join(", ")}`,
    );
  }
}
