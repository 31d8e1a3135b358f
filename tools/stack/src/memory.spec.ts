import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CHECKOUT } from "./folders.js";
import { MEMORY } from "./memory.js";

it("a service's memory is bounded in its image as it is here", async () => {
  const image = await readFile(join(CHECKOUT, "docker/Dockerfile"), "utf8");
  expect(image).toContain(`ENV NODE_OPTIONS="${MEMORY.NODE_OPTIONS}"`);
  expect(image).toContain(`ENV MALLOC_ARENA_MAX=${MEMORY.MALLOC_ARENA_MAX}\n`);
});
