import type { ConnectedUser } from "@ams-sync/proof";
import { untilRest } from "../rest.js";
import type { Site } from "../site.js";
import { burst, DIVIDE } from "./burst.js";
import { openOffice, saveAccount, takenIn, type Office } from "./account.js";

/** The office that stays: what is changed is changed here. */
export interface Home extends Office {
  readonly account: ConnectedUser;
  /** Rises with every round. */
  next(): number;
}

const SIZE = { customers: 14, appointments: 8, agents: 3 };
const homes = new WeakMap<Site, Promise<Home>>();

/** The site's; opened, synchronised and at rest when it is first asked for. */
export function homeOf(site: Site): Promise<Home> {
  const known = homes.get(site);
  if (known) return known;
  const opening = open(site);
  homes.set(site, opening);
  return opening;
}

async function open(site: Site): Promise<Home> {
  const office = await openOffice(site, SIZE);
  await site.ams.query(DIVIDE, [office.tenantId]);
  const account = await saveAccount(site, office);
  await untilRest(site, () => takenIn(site, office.tenantId));
  // So that every later round finds one agent withdrawn.
  await untilRest(site, await burst(site, office, 1));
  let round = 1;
  return { ...office, account, next: () => (round += 1) };
}
