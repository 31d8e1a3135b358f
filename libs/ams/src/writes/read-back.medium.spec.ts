import {
  APPOINTMENT_FIELDS,
  canonicalOf,
  COMMERCIAL_CONTACT_FIELDS,
  FIELD_RULES,
  PRIVATE_CONTACT_FIELDS,
  tidyField,
  type AmsRecord,
  type AppointmentField,
  type ContactField,
  type Fields,
  type NewRecord,
} from "@ams-sync/sync-core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ACCOUNT,
  amsWorld,
  OPTIONS,
  TENANT,
  type AmsWorld,
} from "../testing/ams-world.js";

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
});
afterAll(() => world?.end());

const DAY = fc
  .date({
    min: new Date("1583-01-01T00:00:00Z"),
    max: new Date("9999-12-31T00:00:00Z"),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString().slice(0, 10));
const TIME = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const WORDS = [
  "Müller-Lüdenscheidt",
  "Mu\u0308ller",
  "Straße",
  "Öztürk",
  'O\'Brien; \\"x"',
  "%s $1 ::text",
  "日本",
  "👩‍👩‍👧",
  "\u00a0",
  "null",
  "0",
  "\u202eabc",
  "ﬁ",
  "İ",
];

/** Any text that is in canonical form: up to the limit, composed or not before it was tidied. */
const text = (field: ContactField | AppointmentField): fc.Arbitrary<string> => {
  const { limit, multiline } = FIELD_RULES[field];
  const unit = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.constantFrom(...WORDS),
    ...(multiline ? [fc.constantFrom("\n", "\t", "\r\n", "\u2028")] : []),
  );
  const short = fc
    .array(unit, { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join(" "));
  const long = fc
    .constantFrom("ß", "ü", "👍", "x")
    .map((letter) => letter.repeat(limit));
  return fc
    .oneof({ weight: 8, arbitrary: short }, { weight: 1, arbitrary: long })
    .map((raw) =>
      tidyField(
        field,
        raw.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ""),
      ),
    )
    .map((tidied) => tidyField(field, [...tidied].slice(0, limit).join("")))
    .filter((tidied) => tidied !== "");
};

const value = (
  field: ContactField | AppointmentField,
): fc.Arbitrary<string> => {
  if (field === "gender") return fc.constantFrom("female", "male", "diverse");
  if (field === "birthDate" || field === "date")
    return fc.oneof(
      DAY,
      fc.constantFrom("1964-02-29", "2000-02-29", "1583-01-01", "9999-12-31"),
    );
  if (field === "from" || field === "to") return TIME;
  return text(field);
};

const form = (
  fields: readonly (ContactField | AppointmentField)[],
  required: readonly string[],
): fc.Arbitrary<Fields> =>
  fc
    .record(Object.fromEntries(fields.map((field) => [field, value(field)])), {
      requiredKeys: [...required],
    })
    // Both times or none, as the canonical form has them.
    .map(({ from, to, ...others }) => ({
      ...others,
      ...(from !== undefined && to !== undefined && { from, to }),
    }));

const TYPES = [
  ["private", form(PRIVATE_CONTACT_FIELDS, ["lastName"])],
  ["commercial", form(COMMERCIAL_CONTACT_FIELDS, ["name"])],
  ["appointment", form(APPOINTMENT_FIELDS, ["date"])],
] as const;

const newRecord = (
  type: (typeof TYPES)[number][0],
  fields: Fields,
): NewRecord =>
  type === "appointment"
    ? { kind: "appointment", fields }
    : { kind: "customer", type, status: "customer", agentId: "1", fields };

const canonical = (record: AmsRecord): unknown => canonicalOf(record, OPTIONS);

describe.each(TYPES)("a form of type %s", (type, forms) => {
  it("reads back as it was written, new and changed", async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(forms, forms, async (first, second) => {
        await world.owner.query(
          "delete from ams.customer; delete from ams.appointment",
        );
        const stream = type === "appointment" ? "appointments" : "contacts";
        const uid = `${type}/${(round += 1)}`;
        const made = await world.ams.create(
          TENANT,
          "1",
          OPTIONS,
          { accountId: ACCOUNT, stream, uid },
          newRecord(type, first),
        );
        if (made.outcome !== "created") throw new Error(JSON.stringify(made));
        expect(canonical(made.record)).toEqual({
          ok: true,
          canonical: { type, fields: first },
        });
        const { kind, id, rowVersion = "" } = made.record;
        const names = [
          ...new Set([...Object.keys(first), ...Object.keys(second)]),
        ].filter((name) => first[name] !== second[name]);
        const changed = await world.ams.change(TENANT, {
          ref: { kind, id },
          rowVersion,
          fields: second,
          names,
        });
        if (changed.outcome !== "written")
          throw new Error(JSON.stringify(changed));
        expect(canonical(changed.record)).toEqual({
          ok: true,
          canonical: { type, fields: second },
        });
        const again = await world.ams.inTenant(TENANT, (reads) =>
          reads.records([{ kind, id }]),
        );
        expect([...again.values()]).toEqual([changed.record]);
      }),
      { numRuns: 60 },
    );
  });
});
