import { SourceStatus, type Source } from "@ams-sync/contracts";
import { describe, expect, it } from "vitest";
import type { SlotState } from "../ams/slot.js";
import { decide } from "./decide.js";

const source = (changes: Partial<Source> = {}): Source => ({
  name: "ams",
  systemIdentifier: "7301/ams",
  epoch: 3n,
  lastLsn: 500n,
  status: SourceStatus.STREAMING,
  stopCode: "",
  stopMessage: "",
  ...changes,
});
const slot = (changes: Partial<SlotState> = {}): SlotState => ({
  status: "reserved",
  active: false,
  confirmed: 500n,
  current: 900n,
  lagBytes: 400n,
  ...changes,
});
const next = (s: Partial<Source>, l: Partial<SlotState>) =>
  decide(source(s), slot(l), "ams_sync_ams");

describe("decide", () => {
  it("streams where state and slot agree, also where state is ahead of the slot", () => {
    expect(next({}, {})).toEqual({ do: "stream" });
    expect(next({}, { confirmed: 400n })).toEqual({ do: "stream" });
    expect(next({}, { status: "unreserved" })).toEqual({ do: "stream" });
    expect(next({ lastLsn: 900n }, {})).toEqual({ do: "stream" });
  });

  it("reads everything at first and after an interrupted reading, without an alert", () => {
    for (const [status, reason] of [
      [SourceStatus.NEW, "first"],
      [SourceStatus.SNAPSHOT, "interrupted"],
    ] as const)
      for (const slotStatus of ["missing", "reserved", "lost"] as const)
        expect(next({ status }, { status: slotStatus })).toEqual({
          do: "snapshot",
          reason,
        });
  });

  it.each([
    ["slot-missing", {}, { status: "missing" }],
    ["slot-lost", {}, { status: "lost" }],
    ["state-behind", { lastLsn: 499n }, {}],
    ["ams-behind", { lastLsn: 901n }, {}],
  ] as const)(
    "reads everything again and says why: %s",
    (reason, sourceChanges, slotChanges) => {
      const decided = next(sourceChanges, slotChanges);
      expect(decided).toMatchObject({ do: "snapshot", reason });
      expect(decided.do === "snapshot" && decided.alert).toMatch(
        /read again under a new epoch/,
      );
    },
  );

  it("waits for a version that knows the status, and leaves the slot alone", () => {
    expect(next({ status: SourceStatus.UNRECOGNIZED }, {})).toMatchObject({
      do: "wait",
      dropSlot: false,
    });
  });

  it("waits for an operator while the source is stopped, whatever the slot is", () => {
    const stopped = {
      status: SourceStatus.STOPPED,
      stopMessage: "ams.customer was emptied",
    };
    for (const status of ["reserved", "missing", "lost"] as const)
      expect(next(stopped, { status })).toEqual({
        do: "wait",
        sentence: "ams.customer was emptied",
        dropSlot: true,
      });
  });
});
