import { NotSimulated } from "../http/refusal.js";
import type { Route } from "./route.js";

/** Addresses that Graph answers and the simulator does not: said as such, or a client would look for its own mistake. */
const PATHS = [
  ...["contacts/:item/extensions", "contacts/:item/extensions/:extension"],
  ...["events/:item/extensions", "events/:item/extensions/:extension"],
  "events/:item/instances",
  "contactFolders/delta",
  "contactFolders/:folder/childFolders/:child",
];

export const notSimulatedRoutes: readonly Route[] = PATHS.flatMap((path) =>
  ["GET", "POST", "PATCH", "DELETE"].map((method) => ({
    method,
    path,
    permissions: ["Contacts.ReadWrite", "Calendars.ReadWrite"],
    handle: () => {
      throw new NotSimulated(path);
    },
  })),
);
