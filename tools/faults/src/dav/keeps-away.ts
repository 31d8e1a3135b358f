import { FAULTS, waitFor } from "@ams-sync/testing";
import { conclude, type Outcome } from "./case.js";
import type { Branch } from "./branch.js";
import type { DavSite } from "./site.js";

/** Requests that were under way beside the first refusal are over by then. */
const UNDER_WAY_MS = 1_500;
/** Retry-After has whole seconds: what is named now may be this much less. */
const ROUNDING_MS = 1_100;

/**
 * A server refuses one user's write with 503 and this Retry-After, some seconds ahead. Throws unless it is left alone for so
 * long, and the only worker works for another user meanwhile.
 */
export async function keepsAway(
  site: DavSite,
  retryAfter: string,
): Promise<Omit<Outcome, "struck">> {
  const [busy, other] = [await site.branch(), await site.branch()];
  try {
    return await observed(site, retryAfter, busy, other);
  } finally {
    await busy.close();
    await other.close();
  }
}

async function observed(
  site: DavSite,
  retryAfter: string,
  busy: Branch,
  other: Branch,
): Promise<Omit<Outcome, "struck">> {
  for (const branch of [busy, other]) {
    await branch.connect();
    await branch.exact();
  }
  const lift = site.impose({
    ...FAULTS.busy(retryAfter),
    behave: (request, next, scene) =>
      busy.writes(request)
        ? FAULTS.busy(retryAfter).behave(request, next, scene)
        : next(request),
  });
  await busy.commitWave();
  const refused = await waitFor(
    () => busy.requests().find(({ status }) => status === 503),
    { what: "a refused write", everyMs: 5 },
  );
  lift();
  const waits = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : Date.parse(retryAfter) - Date.now() - ROUNDING_MS;
  const until = refused.at + waits;
  await other.commitWave();
  await other.exact();
  await busy.exact();

  const within = (branch: Branch, from: number) =>
    branch.requests().filter(({ at }) => at > from && at < until);
  const early = within(busy, refused.at + UNDER_WAY_MS);
  if (early.length > 0)
    throw new Error(
      `Asked again ${Math.round(until - early[0]!.at)} ms before the time that the server had named.`,
    );
  if (!within(other, refused.at).some(other.writes))
    throw new Error("The worker slept: nothing was written for another user.");
  const worse = await conclude(other);
  return Object.values(worse).some((count) => count !== 0)
    ? worse
    : conclude(busy);
}
