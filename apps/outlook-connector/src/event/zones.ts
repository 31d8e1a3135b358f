import { isTimeZone } from "@ams-sync/sync-core";
import type { TimeZone } from "@ams-sync/sync-core";
import windowsZones from "cldr-core/supplemental/windowsZones.json" with { type: "json" };

/** CLDR's windowsZones: for each name of Windows its zone by territory; 001 is the one where none is known. */
const ROWS = windowsZones.supplemental.windowsZones.mapTimezones.map(
  ({ mapZone }) => mapZone,
);

const IANA = new Map(
  ROWS.filter(({ _territory }) => _territory === "001").map(
    ({ _other, _type }) => [_other.toLowerCase(), _type],
  ),
);

const WINDOWS = new Map(
  ROWS.flatMap(({ _other, _type }) =>
    _type.split(" ").map((name) => [name.toLowerCase(), _other] as const),
  ),
);

/** What Exchange calls a zone; the IANA name where it has none, which Graph takes for many. */
export const windowsZoneOf = (zone: TimeZone): string =>
  WINDOWS.get(zone.toLowerCase()) ??
  WINDOWS.get(canonical(zone).toLowerCase()) ??
  zone;

/** The zone behind a name that Graph answers with; undefined where nobody can tell ("Customized Time Zone"). */
export function zoneNamed(name: string): TimeZone | undefined {
  if (/^(utc|tzone:\/\/microsoft\/utc)$/i.test(name)) return "UTC" as TimeZone;
  const known = IANA.get(name.toLowerCase()) ?? name;
  return isTimeZone(known) ? known : undefined;
}

/** CLDR keeps the first spelling of a zone, as Node's `Intl` does: "Asia/Calcutta" for "Asia/Kolkata". */
const canonical = (zone: TimeZone): string =>
  new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
