import { describe, expect, it } from "vitest";
import { formatTraceParent, parseTraceParent } from "./trace-parent.js";

const text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("traceparent", () => {
  it("comes back as itself", () => {
    expect(formatTraceParent(parseTraceParent(text))).toBe(text);
  });

  it.each([
    undefined,
    "",
    "nonsense",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    `${text}\n`,
  ])("%o is none", (broken) => {
    expect(parseTraceParent(broken)).toBeUndefined();
  });

  it("is empty without a span", () => {
    expect(formatTraceParent(undefined)).toBe("");
  });
});
