import { describe, expect, it } from "vitest";
import { countResults } from "../../test-results.mjs";

const file = (status: string, ...tests: string[]) => ({
  name: "größe.spec.ts",
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});
const report = (...testResults: object[]) => JSON.stringify({ testResults });

describe("countResults", () => {
  it("counts tests, not files", () => {
    expect(
      countResults(
        report(
          file("passed", "passed", "skipped", "pending", "todo"),
          file("failed", "passed", "failed"),
        ),
        1,
      ),
    ).toEqual({ passed: 2, failed: 1, skipped: 3, notes: [] });
  });

  it("counts a file that does not load", () => {
    expect(countResults(report(file("failed"), file("passed")), 1)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      notes: ["FAILED as a whole: größe.spec.ts"],
    });
  });

  it("counts a failure outside of any test, and a missing report", () => {
    expect(countResults(report(file("passed", "passed")), 1).failed).toBe(1);
    expect(countResults(undefined, 0)).toMatchObject({ passed: 0, failed: 1 });
  });
});
