/** Random histories of a brokerage and a system, with an oracle: what every connector must hold to, whatever happens. */
export { histories, tell } from "./history.js";
export type { Told } from "./steps.js";
export type { Edit, HistoryPlace, HistorySystem, SeenItem } from "./system.js";
