import type { ConflictPolicy, Fields } from "@ams-sync/sync-core";
import { MemoryWorld } from "../memory/index.js";

/** A world in which changes there come into ams. */
export const twoWays = (policy: ConflictPolicy = "ams-wins"): MemoryWorld => {
  const world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  world.options = { ...world.options, policy };
  return world;
};

/** A poll of the other side, and all that follows. */
export const poll = (world: MemoryWorld) => {
  for (const kind of ["contacts", "appointments"] as const)
    world.stream(kind).remoteDue = true;
  return world.settle(40);
};

/** What ams holds of a record, without what is empty. */
export const valuesOf = (world: MemoryWorld, key: string): Fields =>
  Object.fromEntries(
    Object.entries(world.ams.records.get(key)?.values ?? {}).flatMap(
      ([name, value]) => (value ? [[name, value]] : []),
    ),
  );
