import { describe, expect, it } from "vitest";
import type { ConnectorErrorKind } from "./connector-error.js";
import {
  BACK_OFF_MAX_MS,
  MAX_REPLANS,
  QUICK_RETRIES,
  backOffMs,
  whatNext,
} from "./what-next.js";

const FRESH = { transient: 0, replans: 0, attempts: 0 };
const DAY_MS = 86_400_000;

describe("what comes next after a connector's error", () => {
  const table: readonly [ConnectorErrorKind, object][] = [
    ["auth", { do: "park" }],
    ["throttled", { do: "end-run", retryInMs: 60_000 }],
    ["transient", { do: "retry", afterMs: 250 }],
    ["rejected", { do: "set-aside", retryInMs: DAY_MS }],
    ["precondition", { do: "re-read" }],
    ["gone", { do: "plan-absent" }],
    ["token-expired", { do: "take-in-all" }],
  ];
  it.each(table)("%s at first", (kind, decision) => {
    expect(whatNext({ kind }, FRESH)).toEqual(decision);
  });

  it("waits as long as the server asks for, however often it does", () => {
    expect(
      whatNext(
        { kind: "throttled", retryAfterMs: 7_000 },
        { transient: 9, replans: 9, attempts: 9 },
      ),
    ).toEqual({ do: "end-run", retryInMs: 7_000 });
  });

  it("repeats a transient error a few times with growing pauses, then backs off", () => {
    const decisions = [0, 1, 2].map((transient) =>
      whatNext({ kind: "transient" }, { ...FRESH, transient }),
    );
    expect(QUICK_RETRIES).toBe(2);
    expect(decisions).toEqual([
      { do: "retry", afterMs: 250 },
      { do: "retry", afterMs: 1_000 },
      { do: "set-aside", retryInMs: 30_000 },
    ]);
  });

  it.each(["precondition", "gone"] as const)(
    "plans again after %s only so often",
    (kind) => {
      const tried = { ...FRESH, replans: MAX_REPLANS, attempts: 2 };
      expect(whatNext({ kind }, tried)).toEqual({
        do: "set-aside",
        retryInMs: 120_000,
      });
    },
  );

  it("backs off from a first time that the operator chose", () => {
    const tried = { transient: 2, replans: 0, attempts: 1 };
    expect(
      whatNext({ kind: "transient" }, { ...tried, backOffFirstMs: 400 }),
    ).toEqual({ do: "set-aside", retryInMs: 800 });
  });

  it("lets no entry wait longer than six hours for a server that was down", () => {
    expect([0, 1, 2, 9, 10, 500].map((n) => backOffMs(n))).toEqual([
      30_000,
      60_000,
      120_000,
      15_360_000,
      BACK_OFF_MAX_MS,
      BACK_OFF_MAX_MS,
    ]);
    expect(BACK_OFF_MAX_MS).toBe(6 * 3_600_000);
  });
});
