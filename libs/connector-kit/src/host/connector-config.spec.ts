import { describe, expect, it } from "vitest";
import { connectorConfig } from "./connector-config.js";

describe("SLICE_SIZE", () => {
  const { SLICE_SIZE } = connectorConfig.shape;

  it("is at most what state takes in one message", () => {
    expect(SLICE_SIZE.parse(undefined)).toBe(100);
    expect(SLICE_SIZE.parse("500")).toBe(500);
    expect(SLICE_SIZE.safeParse("501").success).toBe(false);
  });
});
