import { expect, it } from "vitest";
import { copyLine, copyPieces } from "./copy-text.js";

it("writes what COPY reads back: missing, tabs, line ends and backslashes", () => {
  expect(copyLine(["Größe", null, "", 7, true])).toBe(
    "Größe\t\\N\t\t7\ttrue\n",
  );
  expect(copyLine(["a\tb\r\nC:\\neu", "\\N", "\\."])).toBe(
    "a\\tb\\r\\nC:\\\\neu\t\\\\N\t\\\\.\n",
  );
});

it("hands out pieces, not rows, and loses none", () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => [index, "Straße"]);
  const pieces = [...copyPieces(rows)];
  expect(pieces.length).toBeLessThan(10);
  expect(pieces.join("").split("\n")).toHaveLength(10_001);
});
