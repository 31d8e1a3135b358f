/**
 * Counts vitest's JSON report. A file that failed as a whole (it does not load,
 * a hook of it failed) has no failed test of its own and counts as one; so does
 * a run that failed for a reason that no test shows.
 */
export function countResults(report, exitCode) {
  if (report === undefined)
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      notes: ["vitest wrote no report."],
    };
  const counted = { passed: 0, failed: 0, skipped: 0, notes: [] };
  for (const file of JSON.parse(report).testResults) {
    const before = counted.failed;
    for (const { status } of file.assertionResults) {
      if (status === "passed") counted.passed += 1;
      else if (status === "failed") counted.failed += 1;
      else counted.skipped += 1;
    }
    if (file.status === "failed" && counted.failed === before) {
      counted.failed += 1;
      counted.notes.push(`FAILED as a whole: ${file.name}`);
    }
  }
  if (exitCode !== 0 && counted.failed === 0) {
    counted.failed += 1;
    counted.notes.push(
      "FAILED outside of any test: vitest's output says where.",
    );
  }
  return counted;
}
