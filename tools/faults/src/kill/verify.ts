import { setTimeout as sleep } from "node:timers/promises";
import { verifyUser, type ConnectedUser } from "@ams-sync/proof";
import { lookOver, untilRest } from "./rest.js";
import type { Site } from "./site.js";

/** What a case found; all is well if `trouble` is empty. */
export interface Tried {
  readonly lost: number;
  readonly doubled: number;
  readonly trouble: readonly string[];
}

/** Every record once and as ams has it, remembered once, and a further look over everything writes nothing. */
export async function verify(site: Site, user: ConnectedUser): Promise<Tried> {
  const tenantId = await tenantOf(site, user);
  const { contacts, appointments, seen } = await verifyUser(
    site.ams,
    tenantId,
    { ...user, login: site.direct(user.login) },
  );
  const missing = [...contacts.missing, ...appointments.missing];
  const surplus = [...contacts.surplus, ...appointments.surplus];
  const trouble = [
    ...missing.map((line) => `Lost: ${line}`),
    ...surplus.map((line) => `Doubled or strange: ${line}`),
  ];
  const items = seen.contacts.length + seen.appointments.length;
  const expected = contacts.expected + appointments.expected;
  if (items !== expected || items === 0)
    trouble.push(`The server has ${items} items, ${expected} records are due.`);
  const [links] = await site.own<{ count: number }>(
    "select count(*)::int from state.link where account_id = $1",
    [user.accountId],
  );
  if (links?.count !== items)
    trouble.push(`state remembers ${links?.count} links of ${items} items.`);
  trouble.push(...(await writesOfFurtherRun(site, tenantId)));
  trouble.push(...site.deaths.splice(0));
  return { lost: missing.length, doubled: surplus.length, trouble };
}

async function writesOfFurtherRun(
  site: Site,
  tenantId: string,
): Promise<string[]> {
  const before = site.tollhouse.davWrites;
  site.tollhouse.clear();
  await lookOver(site, tenantId);
  await untilRest(site, async () => true);
  // What somebody dead left behind would be on its way.
  await sleep(20);
  const writes = site.tollhouse.davWrites - before;
  return writes === 0
    ? []
    : [`A further run wrote ${writes} times.`, trailOf(site)];
}

async function tenantOf(
  site: Site,
  { accountId }: ConnectedUser,
): Promise<string> {
  const [row] = await site.own<{ tenant_id: string }>(
    "select tenant_id from state.account where account_id = $1",
    [accountId],
  );
  if (!row) throw new Error("state does not know the account.");
  return row.tenant_id;
}

export const trailOf = (site: Site): string =>
  `What passed last:\n    ${site.tollhouse.trail().slice(-80).join("\n    ")}`;
