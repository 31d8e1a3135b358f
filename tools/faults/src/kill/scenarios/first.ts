import type { Scenario } from "../scenario.js";
import { openOffice, saveAccount, savedAccount, takenIn } from "./account.js";

const SIZE = { customers: 12, appointments: 7, agents: 2 };

/** A new account is saved and synchronised for the first time. */
export const first: Scenario = {
  name: "first",
  victims: ["state", "settings", "cloud-connector"],
  prepare: async (site) => {
    const office = await openOffice(site, SIZE);
    const user = async () => {
      const saved = await savedAccount(site, office);
      if (!saved) throw new Error("The account was not saved.");
      return saved;
    };
    return {
      act: async () => {
        // As somebody at the console does, who then sees what was saved.
        await saveAccount(site, office)
          .then(() => savedAccount(site, office))
          .catch(() => undefined);
      },
      complete: async () => {
        if (!(await savedAccount(site, office)))
          await saveAccount(site, office);
      },
      arrived: () => takenIn(site, office.tenantId),
      user,
    };
  },
};
