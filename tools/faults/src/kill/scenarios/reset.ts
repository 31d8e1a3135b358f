import { StreamKind } from "@ams-sync/contracts";
import type { Scenario } from "../scenario.js";
import { burst } from "./burst.js";
import { homeOf } from "./home.js";

const STREAMS = [StreamKind.CONTACTS, StreamKind.APPOINTMENTS];

/** Somebody resets both streams while records change. */
export const reset: Scenario = {
  name: "reset",
  victims: ["state", "cloud-connector"],
  prepare: async (site) => {
    const home = await homeOf(site);
    const { tenantId, account } = home;
    const ref = { tenantId, accountId: account.accountId };
    let arrived = async (): Promise<boolean> => false;
    let open = [...STREAMS];
    const resetOpen = async (): Promise<void> => {
      for (const stream of [...open]) {
        await site.accounts.resetStream({ account: ref, stream });
        open = open.filter((other) => other !== stream);
      }
    };
    return {
      act: async () => {
        arrived = await burst(site, home, home.next());
        await resetOpen().catch(() => undefined);
      },
      complete: resetOpen,
      arrived: async () => open.length === 0 && arrived(),
      user: async () => account,
    };
  },
};
