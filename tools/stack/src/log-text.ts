/** pino's levels that tell about a failure, as our services name them. */
const ERRORS = ["error", "fatal"];

/**
 * What a service said last, for people: the errors among JSON log lines, and
 * lines that are not JSON (a stack of Node itself) as they are. Without either,
 * the last lines.
 */
export function lastWords(log: string, lines = 12): string {
  const all = log.split("\n").filter((line) => line.trim() !== "");
  const told = all.flatMap((line) => {
    const entry = parse(line);
    if (entry === undefined) return [line];
    return ERRORS.includes(entry.level) ? [describe(entry)] : [];
  });
  return (told.length > 0 ? told : all).slice(-lines).join("\n");
}

interface Entry {
  readonly level: string;
  readonly msg: string;
  readonly err?: { readonly message?: unknown };
}

function describe({ msg, err }: Entry): string {
  return typeof err?.message === "string" ? `${msg}: ${err.message}` : msg;
}

function parse(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (
      typeof value !== "object" ||
      value === null ||
      !("level" in value && typeof value.level === "string") ||
      !("msg" in value && typeof value.msg === "string")
    )
      return undefined;
    return value as Entry;
  } catch {
    return undefined;
  }
}
