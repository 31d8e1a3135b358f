import type { Refusal } from "./outcomes.js";

/** Thrown inside a transaction, so that nothing of it stays. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/**
 * Carries a write out.
 * @throws what leaves open whether it was written: a lost connection, above all
 */
export async function orRefusal<T>(
  write: () => Promise<T>,
): Promise<T | Refusal> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Refused) return refusal(error.message);
    const state = sqlState(error);
    const message = state === undefined ? undefined : sentence(state);
    if (message === undefined) throw error;
    return refusal(message);
  }
}

const refusal = (message: string): Refusal => ({ outcome: "refused", message });

/** Whoever holds the row longer than a write waits, a deadlock, a statement that took too long. */
const BUSY = new Set(["55P03", "40P01", "40001", "57014"]);

/** Failures that PostgreSQL ends with the transaction undone. Its own message quotes the row, so it is not passed on. */
function sentence(state: string): string | undefined {
  if (BUSY.has(state))
    return "ams is busy with this record, perhaps it is open in a window there. Nothing was written; it is tried again.";
  switch (state.slice(0, 2)) {
    // Data exceptions, broken constraints, a trigger of ams that says no, a row too large for its indexes.
    case "22":
    case "23":
    case "P0":
    case "54":
      return `ams does not take these values (SQLSTATE ${state}). Nothing was written; compare the entry with the record in ams.`;
    case "42":
      return `The ams database does not let ams-sync write here (SQLSTATE ${state}). Nothing was written; run the ams migrations and look whether the connector's login is in the role ams_sync_connector.`;
    default:
      return undefined;
  }
}

/** TypeORM wraps the driver's error. */
function sqlState(error: unknown): string | undefined {
  const driver =
    error instanceof Error && "driverError" in error
      ? error.driverError
      : error;
  const code =
    driver instanceof Error && "code" in driver ? driver.code : undefined;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)
    ? code
    : undefined;
}
