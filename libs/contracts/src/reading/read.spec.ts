import { RecordKind, System } from "../index.js";
import { describe, expect, it } from "vitest";
import * as read from "./read.js";

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "not refused";
};

describe("ams ids", () => {
  it.each(["0", "7", "9223372036854775807", "-9223372036854775808"])(
    "takes %s",
    (id) => expect(read.amsId(id, "record_id")).toBe(id),
  );
  it.each([
    "",
    "007",
    "-0",
    "+1",
    "1.0",
    "1e3",
    " 1",
    "٣",
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999",
  ])("refuses %j, naming the field and not the value", (id) => {
    expect(refusal(() => read.amsId(id, "record_id"))).toBe(
      "record_id must be a decimal number of 64 bits.",
    );
  });
});

it("has one spelling of a UUID", () => {
  const id = "0F0E0D0C-0000-4000-8000-00000000000A";
  expect(read.uuid(id, "id")).toBe(id.toLowerCase());
  for (const bad of ["", `${id}0`, `{${id}}`, id.replaceAll("-", "")])
    expect(refusal(() => read.uuid(bad, "id"))).toBe("id must be a UUID.");
});

it("takes numbers that PostgreSQL holds", () => {
  expect(read.integer(2n ** 63n - 1n, "lsn")).toBe(2n ** 63n - 1n);
  for (const bad of [-1n, 2n ** 63n])
    expect(refusal(() => read.integer(bad, "lsn"))).toMatch(/^lsn /);
  expect(refusal(() => read.integer(0n, "lsn", 1n))).toMatch(/^lsn /);
});

it("refuses text that PostgreSQL cannot hold, and quotes nothing of it", () => {
  expect(read.text("Köln", "name")).toBe("Köln");
  for (const bad of ["", "Mül\0ler", "x".repeat(2_049)])
    expect(refusal(() => read.text(bad, "name"))).toMatch(/^name must have/);
  const noJson = refusal(() => read.json("{Müller", "fields"));
  expect(noJson).toBe("fields must be JSON.");
});

it("refuses what is unspecified, what only a newer peer knows, and kinds of another stream", () => {
  for (const bad of [System.UNSPECIFIED, System.UNRECOGNIZED])
    expect(refusal(() => read.system(bad, "system"))).toBe(
      "system is unspecified or unknown.",
    );
  expect(
    refusal(() =>
      read.recordKindIn("contacts", RecordKind.APPOINTMENT, "kinds[0]"),
    ),
  ).toBe("kinds[0] does not belong to the stream of contacts.");
});
