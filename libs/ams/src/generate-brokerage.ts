import type {
  BrokerageOptions,
  GeneratedBrokerage,
} from "./generate/brokerage.js";

export type {
  BrokerageOptions,
  GeneratedBrokerage,
} from "./generate/brokerage.js";

/**
 * Fills a new tenant with believable German data, as the owner of schema `ams`. Rows are made and sent one piece at a
 * time, so memory does not grow with their number; the same options give the same data. Commits every 20,000 rows: a
 * failure in the middle leaves a part, which `delete from ams.tenant` removes.
 * @throws RangeError for impossible numbers, Error when the tenant is there already or the database refuses
 */
export async function generateBrokerage(
  options: BrokerageOptions,
): Promise<GeneratedBrokerage> {
  // Loaded when it is wanted: the words of the generator have no place in the memory of a connector.
  const { fillBrokerage } = await import("./generate/brokerage.js");
  return fillBrokerage(options);
}
