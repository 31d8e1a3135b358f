import { SYNCHRONISATION } from "@ams-sync/ams/rights";

export const PREFIX = "api/v1/state";
/** R11, R12 */
export const BOTH = SYNCHRONISATION;
