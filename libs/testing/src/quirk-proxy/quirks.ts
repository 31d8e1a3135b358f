import type { Quirk } from "./exchange.js";
import { CONNECTION_QUIRKS } from "./kinds/connections.js";
import { DISCOVERY_QUIRKS } from "./kinds/discovery.js";
import { ETAG_QUIRKS } from "./kinds/etags.js";
import { HREF_QUIRKS } from "./kinds/hrefs.js";
import { REPORT_QUIRKS } from "./kinds/reports.js";
import { STORED_QUIRKS } from "./kinds/stored.js";
import { SYNC_QUIRKS } from "./kinds/sync.js";
import { UID_QUIRKS } from "./kinds/uids.js";
import { WRITE_QUIRKS } from "./kinds/writes.js";

const ALL = {
  ...WRITE_QUIRKS,
  ...ETAG_QUIRKS,
  ...STORED_QUIRKS,
  ...SYNC_QUIRKS,
  ...REPORT_QUIRKS,
  ...HREF_QUIRKS,
  ...UID_QUIRKS,
  ...DISCOVERY_QUIRKS,
  ...CONNECTION_QUIRKS,
};

export type QuirkName = keyof typeof ALL;

/** Everything that was seen on real servers, by name. */
export const QUIRKS = Object.fromEntries(
  Object.entries<Omit<Quirk, "name">>(ALL).map(([name, quirk]) => [
    name,
    { name, ...quirk },
  ]),
) as Readonly<Record<QuirkName, Quirk>>;

export const QUIRK_NAMES = Object.keys(QUIRKS) as readonly QuirkName[];
