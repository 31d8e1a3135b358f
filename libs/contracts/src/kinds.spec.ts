import { describe, expect, it } from "vitest";
import { RECORD_KINDS, STREAM_KINDS, SYSTEMS } from "@ams-sync/sync-core";
import * as wire from "./index.js";

/** A wire enum, both directions of its table, and every word that sync-core knows. */
const tables = [
  {
    name: "record kind",
    values: wire.RecordKind,
    words: RECORD_KINDS,
    toWire: wire.recordKindToWire,
    fromWire: wire.recordKindFromWire,
  },
  {
    name: "stream kind",
    values: wire.StreamKind,
    words: STREAM_KINDS,
    toWire: wire.streamKindToWire,
    fromWire: wire.streamKindFromWire,
  },
  {
    name: "system",
    values: wire.System,
    words: SYSTEMS,
    toWire: wire.systemToWire,
    fromWire: wire.systemFromWire,
  },
  {
    name: "origin",
    values: wire.Origin,
    words: ["created", "imported", "adopted"] as const,
    toWire: wire.originToWire,
    fromWire: wire.originFromWire,
  },
  {
    name: "loss",
    values: wire.Loss,
    words: ["noticed", "left"] as const,
    toWire: wire.lossToWire,
    fromWire: wire.lossFromWire,
  },
  {
    name: "removal",
    values: wire.WireRemoval,
    words: ["delete", "clear"] as const,
    toWire: wire.removalToWire,
    fromWire: wire.removalFromWire,
  },
  {
    name: "shown action",
    values: wire.WireShownAction,
    words: [
      "create",
      "adopt",
      "update",
      "take",
      "import",
      "delete",
      "clear",
      "unlink",
    ] as const,
    toWire: wire.shownActionToWire,
    fromWire: wire.shownActionFromWire,
  },
  {
    name: "winner",
    values: wire.Conflict_Winner,
    words: ["ams", "remote"] as const,
    toWire: wire.winnerToWire,
    fromWire: wire.winnerFromWire,
  },
  {
    name: "conflict policy",
    values: wire.ConflictPolicy,
    words: ["ams-wins", "remote-wins"] as const,
    toWire: wire.conflictPolicyToWire,
    fromWire: wire.conflictPolicyFromWire,
  },
] as const;

describe.each(tables)("$name on the wire", (table) => {
  const toWire = table.toWire as (word: string) => string;
  const fromWire = table.fromWire as (value: string) => string | undefined;

  it.each([...table.words])("%s comes back as itself", (word) => {
    expect(fromWire(toWire(word))).toBe(word);
  });

  it("knows a word for every value but the two that mean none", () => {
    const unknown = Object.values(table.values).filter(
      (value) => fromWire(value) === undefined,
    );
    expect(unknown).toHaveLength(2);
    expect(unknown[0]).toMatch(/_UNSPECIFIED$/);
    expect(unknown[1]).toBe("UNRECOGNIZED");
  });

  it("gives no two words the same value", () => {
    const values = table.words.map((word) => toWire(word));
    expect(new Set(values).size).toBe(table.words.length);
  });
});

it("keeps the two services' lists of accounts apart", () => {
  expect(wire.ListAccountsResponse).not.toBe(wire.ListAccountSettingsResponse);
});
