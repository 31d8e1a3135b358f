import type { Scenario } from "../scenario.js";
import { otherOptions } from "./account.js";
import { homeOf } from "./home.js";

/** Somebody saves other options and the password anew: everything is looked over. */
export const options: Scenario = {
  name: "options",
  victims: ["state", "settings", "cloud-connector"],
  prepare: async (site) => {
    const home = await homeOf(site);
    const { tenantId, account, login } = home;
    const ref = { account: { tenantId, accountId: account.accountId } };
    // Before anybody's first change.
    const since = `19${String(70 + (home.next() % 30))}-01-01`;
    const { version } = await site.settings.getAccount(ref);
    const save = async (): Promise<void> => {
      const before = await site.settings.getAccount(ref);
      if (before.version > version) return;
      await site.settings.saveAccount(
        otherOptions(before, since, login.password),
      );
    };
    return {
      act: () => save().catch(() => undefined),
      complete: save,
      arrived: async () => {
        const told = await site.own(
          "select from state.account where account_id = $1 and settings_version > $2",
          [account.accountId, version],
        );
        return told.length > 0;
      },
      user: async () => account,
    };
  },
};
