import {
  Conflict_Winner,
  Decision,
  Entry as WireEntry,
  Loss,
  RecordKind,
  Side,
  WireRemoval,
} from "@ams-sync/contracts";
import { describe, expect, it } from "vitest";
import type { Link, Outcome } from "../run-state.js";
import { resultToWire } from "./outcome-wire.js";
import { entryFromWire } from "./run-wire.js";

const link: Link = {
  kind: "customer",
  recordId: "2",
  itemId: "/2.vcf",
  hash: "def",
  fields: "{}",
  origin: "adopted",
  // State's word alone: what is told of a link is that its item was seen.
  lost: "left",
  history: "[]",
};
const told = (outcome: Outcome) =>
  resultToWire({ entryId: 11n, position: 3n, outcome });

describe("a result", () => {
  it("tells of conflicts and removals", () => {
    const result = told({
      type: "linked",
      link,
      conflicts: [{ field: "city", winner: "ams", remote: "Köln" }],
      destructive: true,
    });
    expect(result.conflicts).toEqual([
      { field: "city", winner: Conflict_Winner.AMS, remote: "Köln" },
    ]);
    expect(result.destructive).toBe(true);
    expect(result.outcome?.value).toMatchObject({ history: "[]" });
    expect(result.outcome?.value).not.toHaveProperty("lost");
    expect(told({ type: "unlinked", destructive: true }).destructive).toBe(
      true,
    );
    expect(told({ type: "unlinked" }).destructive).toBe(false);
  });

  it("tells of a value that gave way no more than state keeps", () => {
    const { conflicts } = told({
      type: "linked",
      link,
      conflicts: [
        { field: "remark", winner: "ams", remote: `\0${"ß".repeat(2 ** 21)}` },
        { field: "city", winner: "remote", ams: "", remote: "Köln" },
      ],
    });
    expect(conflicts).toMatchObject([
      { remote: "ß".repeat(65_536) },
      { ams: "", remote: "Köln" },
    ]);
  });

  it("tells what was found missing, intended and left", () => {
    expect(told({ type: "lost" }).outcome).toEqual({
      $case: "lost",
      value: {},
    });
    expect(told({ type: "intend", removal: "delete" }).outcome).toEqual({
      $case: "intend",
      value: { fields: [], removal: WireRemoval.DELETE },
    });
    expect(
      told({
        type: "left",
        reason: "ambiguous",
        keys: ["k1"],
        candidates: [{ kind: "customer", recordId: "9" }],
      }).outcome,
    ).toEqual({
      $case: "left",
      value: {
        reason: "ambiguous",
        keys: ["k1"],
        candidates: [{ kind: RecordKind.CUSTOMER, recordId: "9" }],
      },
    });
  });
});

describe("an entry", () => {
  const wire = WireEntry.fromPartial({
    entryId: 1n,
    side: Side.REMOTE,
    itemId: "a",
    judgedAt: new Date(0),
  });

  it("of a state that knows nothing of guards is neither intended nor released", () => {
    expect(entryFromWire(wire)).toEqual({
      side: "remote",
      entryId: 1n,
      position: 0n,
      attempts: 0,
      judgedAt: 0,
      itemId: "a",
      gone: false,
    });
  });

  it("with a word of a newer state is an error, as a guess could delete", () => {
    const newer: Partial<WireEntry>[] = [
      { decision: Decision.fromPartial({}) },
      { intent: WireRemoval.UNRECOGNIZED },
      {
        link: {
          kind: RecordKind.CUSTOMER,
          recordId: "2",
          itemId: "a",
          itemVersion: undefined,
          hash: "",
          fields: "",
          origin: WireEntry.fromPartial({ link: {} }).link!.origin,
          lost: Loss.UNRECOGNIZED,
          elsewhere: false,
          history: undefined,
        },
      },
    ];
    for (const word of newer)
      expect(() => entryFromWire({ ...wire, ...word })).toThrow(
        /update the connector/,
      );
  });
});
