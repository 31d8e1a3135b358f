declare const brand: unique symbol;

/** A day without a time zone, "2024-02-29". Birthdays and all-day appointments. */
export type PlainDate = string & { readonly [brand]: "PlainDate" };

/** A time of day without a date or a zone, "09:30". */
export type WallTime = string & { readonly [brand]: "WallTime" };

/** A point on the time line, milliseconds since 1970-01-01T00:00Z. */
export type Instant = number & { readonly [brand]: "Instant" };

/** An IANA name, "Europe/Berlin". */
export type TimeZone = string & { readonly [brand]: "TimeZone" };
