import { expect, it } from "vitest";
import { isOfOtherProtocol } from "./ports.js";

const ALL = Array.from({ length: 65_535 }, (_none, index) => index + 1);

// Node's own fetch blocks them, too, before it connects.
it("names none that the Fetch standard does not block", async () => {
  const ports = ALL.filter(isOfOtherProtocol);
  expect(ports.length).toBeGreaterThan(70);
  const failures = await Promise.all(
    ports.map((port) =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => "answered",
        (error: Error) => String((error.cause as Error).message),
      ),
    ),
  );
  expect(new Set(failures)).toEqual(new Set(["bad port"]));
});

it.each([
  80, 443, 2077, 2080, 4443, 5001, 5006, 5232, 8008, 8080, 8443, 40_443,
])("%s may be one of contacts and calendars", (port) => {
  expect(isOfOtherProtocol(port)).toBe(false);
});
