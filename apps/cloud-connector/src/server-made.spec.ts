import type { Appointment } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { withoutServersOwn } from "./server-made.js";

const visit = (reason: string): Appointment => ({
  type: "appointment",
  fields: { date: "2026-10-25", reason } as Appointment["fields"],
});
const seen = (there: string, ours: string) =>
  withoutServersOwn(visit(there), visit(ours)).fields;

describe("a text with backslashes", () => {
  it.each([
    // As Xandikos stores them, and after another program has written them back.
    [String.raw`Ordner C:\neu\Texte`, "Ordner C: eu\\Texte"],
    [String.raw`a\nb\,c\;d\\e`, "a\nb,c;d\\e"],
    [String.raw`\\\\amt\x`, String.raw`\\amt\x`],
    [String.raw`\\\\amt\x`, String.raw`\amt\x`],
  ])("%s stands for itself where its escapes are undone", (ours, there) =>
    expect(seen(there, ours)).toEqual(visit(ours).fields),
  );

  it.each([
    [String.raw`Ordner C:\neu`, "Ordner C:/neu"],
    [String.raw`Ordner C:\neu`, "Ordner C: eu, alt"],
    ["Ordner C: eu", String.raw`Ordner C:\neu`],
    ["eins, zwei", "eins zwei"],
  ])("%s is changed by hand into %s", (ours, there) =>
    expect(seen(there, ours)).toEqual(visit(there).fields),
  );
});
