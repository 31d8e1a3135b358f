import { describe, expect, it } from "vitest";
import type { Checked } from "./problem.js";
import type { Canonical } from "./canonical.js";
import { recordView } from "./record-view.js";

const good: Checked<Canonical> = {
  ok: true,
  canonical: { type: "commercial", fields: { name: "Käthe GmbH" } },
};
const bad: Checked<Canonical> = {
  ok: false,
  problem: { code: "no-name", field: "name" },
};
const gated = { in: false, reason: "too-old", gate: true } as const;
const left = { in: false, reason: "other-agent", gate: false } as const;

describe("recordView", () => {
  it("is in with its fields, or broken with its problem", () => {
    expect(recordView({ in: true }, false, good)).toEqual({
      state: "in",
      fields: { name: "Käthe GmbH" },
    });
    expect(recordView({ in: true }, true, bad)).toEqual({
      state: "broken",
      problem: { code: "no-name", field: "name" },
    });
  });

  it("holds back by a gate only what is not linked", () => {
    expect(recordView(gated, false, good)).toEqual({
      state: "out",
      reason: "too-old",
    });
    expect(recordView(gated, true, good).state).toBe("in");
  });

  it("is out of scope before it is broken, linked or not", () => {
    for (const linked of [false, true])
      expect(recordView(left, linked, bad)).toEqual({
        state: "out",
        reason: "other-agent",
      });
  });
});
