import type { Person } from "@ams-sync/platform/sign-in";
import { expect, it } from "vitest";
import { hiddenFrom } from "./hidden.js";

const EVA = { tenantId: "t", userId: "17" } as Person;
const row = (
  kind: "customer" | "appointment" | "company",
  recordId: string,
  field: string,
) => ({ kind, recordId, field });

/** Which fields are hidden from Eva, of an account of this user's. */
const hidden = async (
  ownerId: string,
  seen: readonly string[],
  rows: readonly ReturnType<typeof row>[],
  gone: readonly string[] = [],
) => {
  const asked: string[] = [];
  const isHidden = await hiddenFrom(
    async (person, records) => {
      expect(person).toBe(EVA);
      asked.push(...records.map((one) => `${one.kind}/${one.recordId}`));
      return { visible: new Set(seen), gone: new Set(gone) };
    },
    EVA,
    ownerId,
    rows,
  );
  return { fields: rows.filter(isHidden).map(({ field }) => field), asked };
};

it("is what a colleague's appointment is about, but not when it is (R15)", async () => {
  const rows = ["date", "from", "to", "reason", "remark"].map((field) =>
    row("appointment", "4", field),
  );
  const about = ["reason", "remark"];
  expect(await hidden("8", [], rows)).toEqual({
    ...{ fields: about, asked: ["appointment/4"] },
  });
  expect((await hidden("8", ["appointment/4"], rows)).fields).toEqual([]);
  // In Eva's account, since she lost the right of R15.
  expect((await hidden("17", [], rows)).fields).toEqual(about);
  const gone = ["appointment/4"];
  expect((await hidden("17", [], rows, gone)).fields).toEqual([]);
  expect((await hidden("8", [], rows, gone)).fields).toEqual(about);
});

it("is all of a customer who is not released, also to the account's own user (R13)", async () => {
  const rows = [row("customer", "1", "city"), row("customer", "2", "fax")];
  for (const ownerId of ["8", "17"])
    expect(await hidden(ownerId, ["customer/2"], rows)).toEqual({
      ...{ fields: ["city"], asked: ["customer/1", "customer/2"] },
    });
});
