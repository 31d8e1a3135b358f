import { fieldsOfType, formProblem, problemText } from "@ams-sync/sync-core";
import type { AmsRecord, Canonical, Fields } from "@ams-sync/sync-core";

export const withFields = (
  record: AmsRecord,
  fields: Fields,
  names: readonly string[],
): AmsRecord => {
  // As in the database: a row without an end ends when it starts.
  const times = record.kind === "appointment" ? ["from", "to"] : [];
  const both = times.some((name) => names.includes(name)) ? times : [];
  const changed = Object.fromEntries(
    [...names, ...both].map((name) => [name, fields[name] ?? null]),
  );
  const values = { ...record.values, ...changed };
  return { ...record, values } as AmsRecord;
};

/** The row's form, as it stands there. */
export const formOf = (record: AmsRecord): Canonical => {
  const fields = Object.fromEntries(
    Object.entries(record.values).filter(([, value]) => Boolean(value)),
  );
  return record.kind === "appointment"
    ? { type: "appointment", fields }
    : { type: record.type, fields };
};

/** What ams says to a row that it cannot hold. */
export const refusal = (
  { type }: Canonical,
  fields: Fields,
  names: readonly string[],
): string | undefined => {
  const held = fieldsOfType(type);
  const problem = formProblem({ type, fields } as Canonical);
  if (problem) return problemText(problem, "en");
  return names.some(
    (name) => fields[name] !== undefined && !held.includes(name),
  )
    ? "This record of ams does not hold the new values."
    : undefined;
};
