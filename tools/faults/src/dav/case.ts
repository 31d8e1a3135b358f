import { isExact } from "@ams-sync/proof";
import type { DavRequest, Quirk } from "@ams-sync/testing";
import type { Branch } from "./branch.js";
import type { DavSite } from "./site.js";

/** What is struck: in the first transfer or in the wave of changes after it. */
export type Phase = "first" | "wave";

export interface DavCase {
  readonly name: string;
  readonly phase: Phase;
  readonly fault: Quirk;
  /** Which of the user's requests. Counts, so it is made for each case. */
  readonly pick: (branch: Branch) => (request: DavRequest) => boolean;
}

export interface Outcome {
  readonly struck: number;
  readonly lost: number;
  readonly doubled: number;
  /** Items that the server lists beyond or below what is due. */
  readonly itemsOff: number;
  readonly furtherWrites: number;
}

/** What every case must come to, besides having struck. */
export const WELL = { lost: 0, doubled: 0, itemsOff: 0, furtherWrites: 0 };

/** A new branch lives through the case. */
export async function runCase(site: DavSite, one: DavCase): Promise<Outcome> {
  const branch = await site.branch();
  try {
    const struck = await liveThrough(site, branch, one);
    return { struck, ...(await conclude(branch)) };
  } finally {
    await branch.close();
  }
}

let imposed = 0;

/** A first transfer and a wave of changes, in one of them the fault. @returns the requests struck, as the proxy counts them */
async function liveThrough(
  site: DavSite,
  branch: Branch,
  { phase, fault, pick }: DavCase,
): Promise<number> {
  // Cases go on side by side behind one proxy.
  const name = `${fault.name} ${(imposed += 1)}`;
  for (const now of ["first", "wave"] as const) {
    const chosen = phase === now ? pick(branch) : () => false;
    const lift = site.impose({
      ...fault,
      name,
      behave: (request, next, scene) =>
        branch.owns(request) && chosen(request)
          ? fault.behave(request, next, scene)
          : next(request),
    });
    try {
      await (now === "first" ? branch.connect() : branch.commitWave());
      await branch.exact();
    } finally {
      lift();
    }
  }
  return site.proxy.hits.of(name);
}

/** The last look at a branch. */
export async function conclude(
  branch: Branch,
): Promise<Omit<Outcome, "struck">> {
  const furtherWrites = await branch.furtherWrites();
  const { contacts, appointments } = await branch.exact();
  const doubles = branch.doubles();
  if (doubles.length > 0) console.info(doubles.join(" "));
  const due = contacts.expected + appointments.expected;
  if (!isExact(contacts) || due === 0) throw new Error("Nothing was tried.");
  return {
    lost: contacts.missing.length + appointments.missing.length,
    doubled:
      contacts.surplus.length + appointments.surplus.length + doubles.length,
    itemsOff: (await branch.items()) - due,
    furtherWrites,
  };
}
