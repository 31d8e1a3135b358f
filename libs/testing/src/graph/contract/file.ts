import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder that holds the whole project. */
function root(from: string): string | undefined {
  if (existsSync(join(from, "nx.json"))) return from;
  const above = dirname(from);
  return above === from ? undefined : root(above);
}

/** The contract stands beside the project, where it stands at all; it is no part of it. */
export function contractFile(from = import.meta.dirname): string | undefined {
  const project = root(from);
  if (project === undefined) return undefined;
  const file = join(
    ...[project, "..", "shared", "contracts", "graph-v1.0-subset.json"],
  );
  return existsSync(file) ? file : undefined;
}
