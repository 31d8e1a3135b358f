import { ConnectorError } from "@ams-sync/connector-kit";
import type { AdaptiveConcurrency } from "./adaptive-concurrency.js";
import type { Changed } from "./change-request.js";

/** Tells the controller how a write went. What a server refuses at once says nothing about its load. */
export async function paced(
  concurrency: AdaptiveConcurrency,
  work: () => Promise<Changed>,
): Promise<Changed> {
  const over = concurrency.begin();
  try {
    const changed = await work();
    const { status } = changed.answer;
    over(status === 429 || status >= 500 ? "overloaded" : "answered");
    return changed;
  } catch (error) {
    // No answer in time, or a broken connection.
    over(
      error instanceof ConnectorError && error.kind === "transient"
        ? "overloaded"
        : "answered",
    );
    throw error;
  }
}
