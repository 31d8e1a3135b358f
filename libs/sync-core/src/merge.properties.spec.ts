import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import { ADDRESS_FIELDS, togetherWith } from "./fields.js";
import { merge, pickFields } from "./merge.js";
import type { MergeInput } from "./merge.js";
import { CONTACT, emptied, EVENT, KINDS, POLICIES } from "./testing/forms.js";

const ADDRESS: ReadonlySet<string> = new Set(ADDRESS_FIELDS);

/** Fields of one kind that two sides and their last agreement hold. */
const merging: fc.Arbitrary<MergeInput> = fc.oneof(
  ...KINDS.map(({ names, form }) =>
    fc.record({
      record: form,
      item: form,
      base: fc.oneof(form, fc.constant({})),
      policy: fc.constantFrom(...POLICIES),
      fieldNames: fc.oneof(fc.constant(names), fc.subarray(names)),
      inward: fc.boolean(),
    }),
  ),
);

describe("merge, both ways", () => {
  it("leaves fields outside fieldNames as they are on either side", () => {
    fc.assert(
      fc.property(merging, (given) => {
        const { record, fields, base } = merge(given);
        for (const name of [...CONTACT, ...EVENT]) {
          if (given.fieldNames.includes(name)) continue;
          expect(record[name]).toBe(given.record[name]);
          expect(fields[name]).toBe(given.item[name]);
          expect([undefined, given.base[name]]).toContain(base[name]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("empties nothing that was not agreed to be filled, unless an address gives way as a whole, and tells what it empties", () => {
    fc.assert(
      fc.property(merging, (given) => {
        const { record, fields, conflicts, ...merged } = merge(given);
        const told = conflicts.map(({ field }) => field);
        const gone = [
          ...emptied(given.record, record),
          ...emptied(given.item, fields),
        ];
        const unagreed = gone.filter((one) => given.base[one] === undefined);
        expect(
          unagreed.filter((one) => !ADDRESS.has(one) || !told.includes(one)),
        ).toEqual([]);
        const kept = [...ADDRESS].some((one) => record[one] !== undefined);
        expect(unagreed.length === 0 || kept).toBe(true);
        expect(merged.emptied.toSorted()).toEqual(gone.toSorted());
      }),
      { numRuns: 2000 },
    );
  });

  it("brings both sides to one form, which is what they agree on", () => {
    fc.assert(
      fc.property(merging, (some) => {
        const given = { ...some, inward: true };
        const { record, fields, base } = merge(given);
        for (const name of given.fieldNames) {
          expect(fields[name]).toBe(record[name]);
          expect(base[name]).toBe(record[name]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("takes every value from one of the sides, and a change of one side only goes through", () => {
    fc.assert(
      fc.property(merging, (some) => {
        const given = { ...some, inward: true };
        const { record, conflicts } = merge(given);
        const contested = new Set(conflicts.map(({ field }) => field));
        for (const name of given.fieldNames) {
          const [here, there, old] = [given.record, given.item, given.base].map(
            (form) => form[name],
          );
          expect([here, there]).toContain(record[name]);
          if (here === old && !contested.has(name))
            expect(record[name]).toBe(there);
          if (there === old && !contested.has(name))
            expect(record[name]).toBe(here);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps in the journal every change that is overwritten, and nothing else but what belongs together with it", () => {
    fc.assert(
      fc.property(merging, (given) => {
        const { record, fields, conflicts } = merge(given);
        const told = new Map(conflicts.map((one) => [one.field, one]));
        expect(told.size).toBe(conflicts.length);
        for (const name of given.fieldNames) {
          const lostThere =
            fields[name] !== given.item[name] &&
            given.item[name] !== given.base[name];
          const lostHere =
            record[name] !== given.record[name] &&
            given.record[name] !== given.base[name];
          const beside = togetherWith(name).some(
            (one) => one !== name && told.has(one),
          );
          const goes =
            fields[name] !== given.item[name] ||
            record[name] !== given.record[name];
          if (!lostThere && !lostHere && told.has(name)) {
            expect([beside, goes]).toEqual([true, true]);
            continue;
          }
          expect(told.get(name)).toEqual(
            lostThere || lostHere
              ? {
                  field: name,
                  winner: lostThere ? "ams" : "remote",
                  ...(given.record[name] !== undefined && {
                    ams: given.record[name],
                  }),
                  ...(given.item[name] !== undefined && {
                    remote: given.item[name],
                  }),
                }
              : undefined,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("mixes no two addresses of which nothing was agreed, and of one place loses nothing", () => {
    fc.assert(
      fc.property(merging, (some) => {
        const given = { ...some, base: {}, inward: true };
        const names = [...ADDRESS].filter((one) =>
          given.fieldNames.includes(one),
        );
        const sides = [given.record, given.item].map((form) =>
          pickFields(form, names),
        );
        const after = pickFields(merge(given).record, names);
        const [here = {}, there = {}] = sides;
        const differ = (one: string) =>
          here[one] !== undefined &&
          there[one] !== undefined &&
          here[one] !== there[one];
        const agree = (one: string) =>
          here[one] !== undefined && here[one] === there[one];
        const isPlace = (form: Fields) =>
          names.some((one) => one !== "country" && form[one] !== undefined);
        const towns = ["city", "postalCode"];
        const apart =
          towns.some(differ) ||
          (!towns.some(agree) &&
            (differ("street") ||
              (!agree("street") && sides.every(isPlace) && differ("country"))));
        if (apart) expect(sides).toContainEqual(after);
        else
          expect(Object.keys({ ...here, ...there }).toSorted()).toEqual(
            Object.keys(after).toSorted(),
          );
      }),
      { numRuns: 2000 },
    );
  });

  it("is the same from the other side under the other policy", () => {
    fc.assert(
      fc.property(merging, (some) => {
        const given = { ...some, inward: true };
        const straight = merge(given);
        const mirrored = merge({
          ...given,
          record: given.item,
          item: given.record,
          policy: given.policy === "ams-wins" ? "remote-wins" : "ams-wins",
        });
        expect(mirrored.record).toEqual(straight.fields);
        expect(mirrored.fields).toEqual(straight.record);
        for (const name of given.fieldNames)
          expect(mirrored.base[name]).toBe(straight.base[name]);
        expect(mirrored.sent).toEqual(straight.received);
        expect(mirrored.received).toEqual(straight.sent);
        expect(
          mirrored.conflicts.map(({ field, winner }) => [field, winner]),
        ).toEqual(
          straight.conflicts.map(({ field, winner }) => [
            field,
            winner === "ams" ? "remote" : "ams",
          ]),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("never ends an appointment that has no start", () => {
    fc.assert(
      fc.property(merging, (given) => {
        if (given.fieldNames !== EVENT) return;
        const { record, fields } = merge(given);
        for (const side of [record, fields])
          expect(side["from"] === undefined).toBe(side["to"] === undefined);
      }),
      { numRuns: 3000 },
    );
  });
});
