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
    if (error instanceof Refused)
      return { outcome: "refused", message: error.message };
    const state = sqlState(error);
    if (state === undefined || PASSING.test(state)) throw error;
    return BUSY.has(state)
      ? { outcome: "busy", message: BUSY_SENTENCE }
      : { outcome: "refused", message: sentence(state) };
  }
}

/** Whoever holds the row longer than a write waits, a deadlock, a statement that took too long. */
const BUSY = new Set(["55P03", "40P01", "40001", "57014"]);

const BUSY_SENTENCE =
  "ams is busy with this record, perhaps it is open in a window there. Nothing was written; it is tried again by itself.";

/**
 * Connection, transaction state, resources, shutdown, disk, the server's own faults: no row is to blame. Everything else
 * is this row's, whatever a trigger of ams chooses to raise: one row must not stop the account.
 */
const PASSING = /^(08|25|53|57P|58|XX)/;

/** PostgreSQL ends these with the transaction undone. Its own message quotes the row, so it is not passed on. */
const sentence = (state: string): string =>
  state.startsWith("42")
    ? `The ams database does not let ams-sync write here (SQLSTATE ${state}). Nothing was written; run the ams migrations and look whether the connector's login is in the role ams_sync_connector.`
    : `ams does not take these values (SQLSTATE ${state}). Nothing was written; compare the entry with the record in ams.`;

/** TypeORM wraps the driver's error. */
function sqlState(error: unknown): string | undefined {
  const driver =
    error instanceof Error && "driverError" in error
      ? error.driverError
      : error;
  // Node's own have no severity: EPIPE looks like an SQLSTATE.
  const told = driver instanceof Error && "severity" in driver;
  const code = told && "code" in driver ? driver.code : undefined;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)
    ? code
    : undefined;
}
