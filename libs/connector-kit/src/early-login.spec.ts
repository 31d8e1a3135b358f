import { beforeEach, describe, expect, it } from "vitest";
import { AmsAway } from "./ams-records.js";
import { MemoryWorld, anna } from "./memory/index.js";
import type { RunPorts } from "./run-context.js";
import { runAccount } from "./run.js";

/** A linked record has changed: the login begins while ams is read. */
describe("a login that was begun early", () => {
  let world: MemoryWorld;
  const run = (change: Partial<RunPorts>) =>
    runAccount(
      world.key,
      { ...world.ports(), ...change },
      world.limits,
      new AbortController().signal,
    );
  /** ams answers once who the user is, and no more. */
  const amsGoesAway = (): RunPorts["records"] => {
    const { records } = world.ports();
    let answers = 1;
    return {
      load: async (home, userId, refs) => {
        if (answers-- > 0) return records.load(home, userId, refs);
        throw new AmsAway(true, "ams does not answer.");
      },
    };
  };
  beforeEach(async () => {
    world = new MemoryWorld();
    world.commit([anna()]);
    await world.settle();
    world.commit([anna({ city: "Düren" })]);
    world.remote.requests.length = 0;
  });

  it("makes and binds nothing where ams cannot be read after all", async () => {
    // What the stream was bound to is looked for in this run.
    world.stream().fullWanted = true;
    await run({ records: amsGoesAway() }).catch(() => undefined);
    // What would go on beside a successor comes within a few turns.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const asked = world.remote.requests.map(({ operation }) => operation);
    expect(asked).toContain("open");
    expect(asked).not.toContain("container");
  });

  it("does not hide that ams is away when it is refused itself", async () => {
    world.remote.password = "anders";
    const ended = run({ records: amsGoesAway() });
    await expect(ended).resolves.toMatchObject({
      message: expect.stringContaining("ams does not answer."),
    });
  });

  it("of settings that were saved meanwhile ends the run for a few seconds, not for a back-off", async () => {
    const { settings } = world.ports();
    const report = await run({
      settings: {
        account: settings.account,
        credential: async (ref) => ({
          ...(await settings.credential(ref)),
          version: world.settingsVersion + 1n,
        }),
      },
    });
    expect(report).toMatchObject({
      outcome: "transient",
      message: expect.stringContaining("a few seconds"),
    });
    expect(world.remote.requests).toEqual([]);
  });
});
