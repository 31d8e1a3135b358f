import { describe, expect, it } from "vitest";
import { canonicalAppointment } from "./appointment.js";
import type { Instant } from "./dates.js";
import type { AppointmentRecord } from "./record.js";

const canonical = (values: AppointmentRecord["values"]) =>
  canonicalAppointment({
    id: "7",
    kind: "appointment",
    ownerId: "1",
    lastChanged: 0 as Instant,
    values,
  });

const DAY = { date: "2024-03-31" };

describe("canonicalAppointment", () => {
  it("carries the five fields of R22", () => {
    const values = {
      ...DAY,
      reason: "Jahresgespräch",
      remark: "Zeile 1\r\nZeile 2 ",
      from: "02:30:00",
      to: "01:00",
    };
    expect(canonical(values)).toEqual({
      ok: true,
      canonical: {
        type: "appointment",
        fields: { ...values, remark: "Zeile 1\nZeile 2", from: "02:30" },
      },
    });
  });

  it("lasts all day without times", () =>
    expect(canonical({ ...DAY, from: "", to: null })).toEqual({
      ok: true,
      canonical: { type: "appointment", fields: DAY },
    }));

  it("ends when it starts without an end", () =>
    expect(canonical({ ...DAY, from: "09:00" })).toEqual({
      ok: true,
      canonical: {
        type: "appointment",
        fields: { ...DAY, from: "09:00", to: "09:00" },
      },
    }));

  it.each([
    [{ date: "2024-02-30" }, "impossible-date", "date"],
    [{ date: "" }, "impossible-date", "date"],
    [{ from: "09:00" }, "impossible-date", "date"],
    [{ ...DAY, from: "25:00" }, "impossible-time", "from"],
    [{ ...DAY, from: "09:00", to: "09:75" }, "impossible-time", "to"],
    [{ ...DAY, to: "09:00" }, "end-without-start", "to"],
    [{ ...DAY, remark: "x".repeat(32_001) }, "too-long", "remark"],
    [{ ...DAY, reason: "a\u0007b" }, "control-characters", "reason"],
  ])("sets aside %j as %s", (values, code, field) =>
    expect(canonical(values)).toEqual({ ok: false, problem: { code, field } }),
  );
});
