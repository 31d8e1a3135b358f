import type { Scenario } from "../scenario.js";
import { burst } from "./burst.js";
import { homeOf } from "./home.js";

/** Capture starts without its slot, as the very first time, and reads all of ams; meanwhile nobody captured a burst. */
export const snapshot: Scenario = {
  name: "snapshot",
  victims: ["state", "change-capture"],
  // What follows is the same as with other changes.
  concerns: ({ wire, label }) =>
    wire.startsWith("capture>") || /feed|source/.test(label),
  prepare: async (site) => {
    const home = await homeOf(site);
    const capture = site.stack.service("change-capture");
    await capture.stop();
    await site.ams.query(DROP_SLOT);
    const arrived = await burst(site, home, home.next());
    let starting: Promise<void> = Promise.resolve();
    return {
      act: async () => {
        // Killed while it starts, it is started again with the others.
        starting = capture.restart().catch(() => undefined);
      },
      complete: async () => {
        await starting;
        if (!capture.running()) await capture.restart();
      },
      arrived,
      user: async () => home.account,
    };
  },
};

const DROP_SLOT =
  "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = 'ams_sync_ams'";
