import { logger } from "@ams-sync/platform";
import { expect, it } from "vitest";
import { CaptureStatus } from "./status.js";

function observed() {
  const lines: { level: string; msg: string }[] = [];
  let now = Date.parse("2026-10-25T00:00:00Z");
  const status = new CaptureStatus(
    logger("test", { write: (line: string) => lines.push(JSON.parse(line)) }),
    () => new Date(now),
  );
  return { status, lines, later: (ms: number) => (now += ms) };
}
const problem = { kind: "wal-level", sentence: "Set wal_level." } as const;

it("says a lasting trouble when it begins, every five minutes, and when it is over", () => {
  const { status, lines, later } = observed();
  for (let i = 0; i < 200; i += 1) {
    status.enter("blocked", [problem]);
    later(2_000);
  }
  expect(lines.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
    "error Set wal_level.",
    "error Set wal_level.",
  ]);
  status.enter("streaming");
  expect(lines.slice(2).map(({ msg }) => msg)).toEqual([
    "capture: streaming",
    "capture: the trouble is over",
  ]);
});

it("is ready while it captures or stands by, not while it is held up", () => {
  const { status } = observed();
  const ready = (phase: Parameters<typeof status.enter>[0]) => {
    status.enter(phase);
    return status.ready;
  };
  expect(status.ready).toBe(false);
  expect(ready("standby")).toBe(true);
  expect(ready("snapshot")).toBe(true);
  expect(ready("stopped")).toBe(false);
  expect(ready("blocked")).toBe(false);
  expect(ready("streaming")).toBe(true);
  status.trouble({ kind: "state-unreachable", sentence: "state is away" });
  expect(status.ready).toBe(false);
  expect(status.report.problems).toHaveLength(1);
  status.trouble(undefined);
  expect(status.ready).toBe(true);
});

it("is not ready again after a refusal until something is stored", () => {
  const { status, lines } = observed();
  const refusal = {
    kind: "tenant-elsewhere",
    sentence: "Der Mandant gehört woandershin.",
  } as const;
  for (let i = 0; i < 3; i += 1) {
    status.refused(refusal);
    expect(status.report).toMatchObject({
      phase: "blocked",
      problems: [refusal],
    });
    status.enter("streaming");
    status.trouble(undefined);
    expect(status.ready).toBe(false);
    expect(status.report.problems).toEqual([refusal]);
  }
  expect(lines.filter(({ level }) => level === "error")).toHaveLength(1);
  status.progress();
  expect(status.ready).toBe(true);
  expect(status.report.problems).toEqual([]);
});

it("forgets a refusal when another replica takes over", () => {
  const { status } = observed();
  status.refused(problem);
  status.enter("standby");
  expect(status.ready).toBe(true);
});
