import type { Scenario } from "../scenario.js";
import { burst } from "./burst.js";
import { homeOf } from "./home.js";

/** Records of a synchronised account are created, changed and deleted in ams. */
export const changes: Scenario = {
  name: "changes",
  victims: ["state", "settings", "change-capture", "cloud-connector"],
  prepare: async (site) => {
    const home = await homeOf(site);
    let arrived = async (): Promise<boolean> => false;
    return {
      act: async () => {
        arrived = await burst(site, home, home.next());
      },
      complete: async () => undefined,
      arrived: () => arrived(),
      user: async () => home.account,
    };
  },
};
