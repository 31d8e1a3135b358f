import type { Appointment, TimeZone } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { normalizeEvent, readEvent } from "./read-event.js";
import type { StoredEvent } from "./stored-event.js";
import { eventUpdate, newEvent } from "./write-event.js";
import { windowsZoneOf, zoneNamed } from "./zones.js";

const ZONE = "Europe/Berlin" as TimeZone;
const WINDOWS = "W. Europe Standard Time";
const visit = (fields: Appointment["fields"]): Appointment => ({
  type: "appointment",
  fields,
});
const VISIT = visit({
  date: "2026-06-15",
  from: "09:30",
  to: "11:00",
  reason: "Jahresgespräch",
  remark: "Bringt mit:\nPolice",
});
const at = (dateTime: string, timeZone = WINDOWS) => ({
  dateTime: `${dateTime}:00.0000000`,
  timeZone,
});
const event = (more: StoredEvent = {}): StoredEvent => ({
  type: "singleInstance",
  subject: "Jahresgespräch",
  body: { contentType: "text", content: "Bringt mit:\r\nPolice\r\n" },
  start: at("2026-06-15T09:30"),
  end: at("2026-06-15T11:00"),
  ...more,
});

describe("a new event", () => {
  it("has five fields, an own id and a transaction, and nobody invited (R22)", () => {
    const body = newEvent("uid", VISIT, ZONE, "uid");
    expect(Object.keys(body).toSorted()).toEqual([
      ...["body", "end", "isAllDay", "singleValueExtendedProperties"],
      ...["start", "subject", "transactionId"],
    ]);
    expect(body).toMatchObject({
      subject: "Jahresgespräch",
      body: { contentType: "text", content: "Bringt mit:\nPolice" },
      isAllDay: false,
      start: { dateTime: "2026-06-15T09:30:00", timeZone: WINDOWS },
      end: { dateTime: "2026-06-15T11:00:00", timeZone: WINDOWS },
    });
  });

  it("without times lasts all day; one past midnight ends the day after", () => {
    expect(
      newEvent("u", visit({ date: "2028-02-29" }), ZONE, "u"),
    ).toMatchObject({
      isAllDay: true,
      start: { dateTime: "2028-02-29T00:00:00" },
      end: { dateTime: "2028-03-01T00:00:00" },
    });
    const late = visit({ date: "2026-12-31", from: "23:30", to: "00:30" });
    expect(newEvent("u", late, ZONE, "u")).toMatchObject({
      end: { dateTime: "2027-01-01T00:30:00" },
    });
  });
});

describe("an update", () => {
  it("sends what changed only: the form of a text that did not stays", () => {
    const renamed = visit({ ...VISIT.fields, reason: "Beratung" });
    expect(eventUpdate(event(), renamed, ZONE)).toEqual({
      subject: "Beratung",
    });
    expect(eventUpdate(event(), VISIT, ZONE)).toBeUndefined();
  });

  it("empties a remark", () => {
    const { remark: _, ...fields } = VISIT.fields;
    expect(eventUpdate(event(), visit(fields), ZONE)).toEqual({
      body: { contentType: "text", content: "" },
    });
  });
});

describe("reading", () => {
  it("takes the tenant's wall clock, and computes from any other zone", () => {
    expect(readEvent(event(), ZONE).canonical).toEqual(VISIT);
    const azores = event({
      start: at("2026-07-03T09:00", "Azores Standard Time"),
      end: at("2026-07-03T10:00", "Azores Standard Time"),
    });
    expect(readEvent(azores, ZONE).canonical.fields).toMatchObject({
      date: "2026-07-03",
      from: "11:00",
      to: "12:00",
    });
  });

  it.each([
    [{ type: "seriesMaster" }, "recurring"],
    [{ type: "occurrence" }, "recurring"],
    [{ type: "exception" }, "recurring"],
    [{ end: at("2026-06-17T11:00") }, "several-days"],
    [{ end: at("2026-06-16T09:30") }, "several-days"],
    [{ start: at("2026-06-15T09:30", "Customized Time Zone") }, "unknown-zone"],
    [{ start: null }, "unreadable"],
  ] as const)("leaves %j alone as %s", (more, obstacle) => {
    expect(readEvent(event(more as StoredEvent), ZONE).obstacle).toBe(obstacle);
  });

  it("reads a whole day by its dates, whatever zone they are told in", () => {
    const day = event({
      isAllDay: true,
      start: at("2026-06-15T00:00", "UTC"),
      end: at("2026-06-16T00:00", "UTC"),
    });
    const { date, from } = readEvent(day, ZONE).canonical.fields;
    expect([date, from]).toEqual(["2026-06-15", undefined]);
  });
});

describe("what Outlook can hold", () => {
  it("is an existing time: in the night in spring an hour later", () => {
    const spring = { date: "2026-03-29", from: "02:30", to: "03:00" };
    expect(normalizeEvent(visit(spring), ZONE).fields).toMatchObject({
      from: "03:30",
      to: "03:30",
    });
    const autumn = visit({ date: "2026-10-25", from: "02:30", to: "03:15" });
    expect(normalizeEvent(autumn, ZONE)).toEqual(autumn);
  });

  it("is 255 characters of a reason, none of them half", () => {
    const long = `${"x".repeat(254)}👩`;
    expect(
      normalizeEvent(visit({ date: "2026-01-01", reason: long }), ZONE).fields
        .reason,
    ).toBe("x".repeat(254));
  });
});

describe("zones", () => {
  it.each([
    ["Europe/Berlin", WINDOWS],
    ["Europe/Vienna", WINDOWS],
    ["Europe/London", "GMT Standard Time"],
    ["America/New_York", "Eastern Standard Time"],
    ["Asia/Kolkata", "India Standard Time"],
  ])("%s is %s", (zone, name) => {
    expect(windowsZoneOf(zone as TimeZone)).toBe(name);
  });

  it("every name of Windows leads to a zone that Node knows", () => {
    expect(zoneNamed(WINDOWS)).toBe("Europe/Berlin");
    expect(zoneNamed("tzone://Microsoft/Utc")).toBe("UTC");
    expect(zoneNamed("Europe/Zurich")).toBe("Europe/Zurich");
    expect(zoneNamed("Customized Time Zone")).toBeUndefined();
  });
});
