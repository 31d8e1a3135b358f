import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import {
  keysOf,
  SPECIAL,
  decided,
  inputOf,
  ITEMS,
  LINKS,
  RECORDS,
  WAYS,
} from "./cases.js";
import { CELL_WORDS } from "./cell-words.js";
import { rulesPage } from "./rules-page.js";

const PAGE = new URL("../../../../docs/sync-rules.md", import.meta.url);

describe("docs/sync-rules.md", () => {
  it("says what the planner does (WRITE_PAGES=1 writes it)", async () => {
    const page = await format(rulesPage(), { parser: "markdown" });
    if (process.env["WRITE_PAGES"] === "1") writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, "utf8")).toBe(page);
  });

  it("shows every cell in a case", () => {
    const cells = new Set(SPECIAL.map(([, input]) => decided(input).cell));
    for (const link of LINKS)
      for (const record of keysOf(RECORDS))
        for (const item of keysOf(ITEMS))
          for (const way of keysOf(WAYS))
            cells.add(decided(inputOf(link, record, item, way)).cell);
    expect([...cells].sort()).toEqual([...keysOf(CELL_WORDS)].sort());
  });
});
