import type { StreamKind } from "@ams-sync/sync-core";

/** How items of one kind travel. */
export interface StreamFormat {
  /** With its dot. */
  readonly extension: string;
  readonly contentType: string;
  /** RFC 6352 section 8.7, RFC 4791 section 7.9 */
  readonly multiget: string;
  readonly namespace: "card" | "c";
  /** The property that holds an item, prefixed, and as tsdav names it. */
  readonly data: string;
  readonly dataKey: string;
  /** Headers of a deletion. */
  readonly onDelete: Readonly<Record<string, string>>;
}

export const STREAM_FORMATS: Readonly<Record<StreamKind, StreamFormat>> = {
  contacts: {
    extension: ".vcf",
    contentType: "text/vcard; charset=utf-8",
    multiget: "addressbook-multiget",
    namespace: "card",
    data: "card:address-data",
    dataKey: "addressData",
    onDelete: {},
  },
  appointments: {
    extension: ".ics",
    contentType: "text/calendar; charset=utf-8",
    multiget: "calendar-multiget",
    namespace: "c",
    data: "c:calendar-data",
    dataKey: "calendarData",
    // RFC 6638 8.1: a server that schedules would mail a refusal or a cancellation to those invited.
    onDelete: { "schedule-reply": "F" },
  },
};
