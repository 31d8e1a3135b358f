import type { ReadPort } from "./port.js";

/**
 * Only what the connector knows as its own. One that is merely named like it may have been its user's for years, whether
 * they chose it or the server lets nobody make another one.
 */
export const isOwn = ({ own }: ReadPort): boolean => own === true;
