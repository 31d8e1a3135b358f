import type { Appointment, AppointmentField } from "./canonical.js";
import { parsePlainDate, parseWallTime } from "./dates.js";
import type { Checked } from "./problem.js";
import type { AppointmentRecord } from "./record.js";
import { cleanText, fail } from "./text.js";
import type { Cleaned } from "./text.js";

/** The canonical form of an appointment, or why it has none. Both times or none: a lone `from` ends when it starts. */
export function canonicalAppointment(
  record: AppointmentRecord,
): Checked<Appointment> {
  const { values } = record;
  const fields: { [name in AppointmentField]?: string } = {};
  for (const name of ["date", "reason", "remark", "from", "to"] as const) {
    const checked = checkField(name, values[name]);
    if (!checked.ok) return checked;
    if (checked.value !== undefined) fields[name] = checked.value;
  }
  if (fields.date === undefined) return fail("impossible-date", "date");
  if (fields.to !== undefined && fields.from === undefined)
    return fail("end-without-start", "to");
  if (fields.from !== undefined) fields.to ??= fields.from;
  return { ok: true, canonical: { type: "appointment", fields } };
}

function checkField(
  name: AppointmentField,
  raw: string | null | undefined,
): Cleaned {
  const cleaned = cleanText(name, raw);
  if (!cleaned.ok || cleaned.value === undefined) return cleaned;
  switch (name) {
    case "date": {
      const value = parsePlainDate(cleaned.value);
      return value === undefined
        ? fail("impossible-date", name)
        : { ok: true, value };
    }
    case "from":
    case "to": {
      const value = parseWallTime(cleaned.value);
      return value === undefined
        ? fail("impossible-time", name)
        : { ok: true, value };
    }
    default:
      return cleaned;
  }
}
