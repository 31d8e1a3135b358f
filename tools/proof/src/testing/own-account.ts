import { expect } from "vitest";
import type { Asked } from "@ams-sync/testing/rest";
import type { PreviewSite } from "./preview.js";

export const IN_TIME = { timeout: 60_000, interval: 250 };
/** Nothing is missing and nothing too much, of contacts and appointments. */
export const WHOLE = [
  [0, 0],
  [0, 0],
];

/** The account of a site, as state shows it, and whether all of it is there. */
export const ownAccount = (site: () => PreviewSite) => {
  const own = (method: string, path: string, body?: object): Promise<Asked> => {
    const { api, user } = site();
    return api.ask(method, `accounts/${user.accountId}${path}`, {
      ...(body && { body }),
      service: "state",
    });
  };
  return {
    own,
    list: async (path: string, name: string): Promise<Asked["body"][]> => {
      const { status, body } = await own("GET", path);
      expect(status).toBe(200);
      return body[name];
    },
    whole: async () => {
      const { office, user } = site();
      const { contacts, appointments } = await office.verify(user);
      return [contacts, appointments].map(({ missing, surplus }) => [
        missing.length,
        surplus.length,
      ]);
    },
  };
};
