import * as oauth from "oauth4webapi";
import { findIssuer, refresh } from "./issuer.js";
import { session, type Tokens } from "./session.js";

/** Milliseconds before the end of a token: a request is under way for less. */
const AHEAD_MS = 30_000;
/** Milliseconds until it is tried again when nobody answered. */
const AGAIN_MS = 30_000;
let underWay: Promise<boolean> | undefined;

/** A new token without a word, where the issuer gave means for it. @returns whether there is one */
export const renewed = (): Promise<boolean> =>
  (underWay ??= renew().finally(() => (underWay = undefined)));

async function renew(): Promise<boolean> {
  const { tokens } = session.state();
  if (tokens?.refreshToken === undefined) return false;
  try {
    const next = await refresh(await findIssuer(), tokens, tokens.refreshToken);
    // Somebody may have signed in anew meanwhile.
    if (session.state().tokens === tokens) session.begin(next);
    return true;
  } catch (error) {
    // Refused for good, such as after signing out elsewhere; all else is tried again.
    if (error instanceof oauth.ResponseBodyError) session.forgetRenewal(tokens);
    return false;
  }
}

const leftOf = ({ expiresAt }: Tokens, now: number): number =>
  (expiresAt ?? Number.POSITIVE_INFINITY) - now;

/** A request goes out with a token that is good for as long as it lasts. */
export async function renewedInTime(): Promise<void> {
  const { tokens } = session.state();
  if (tokens && leftOf(tokens, Date.now()) < AHEAD_MS / 2) await renewed();
}

/** Also while nobody asks anything: the means to renew run out, too. */
export function keepRenewing(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (atLeast: number): void => {
    clearTimeout(timer);
    const { tokens } = session.state();
    if (tokens?.refreshToken === undefined) return;
    const left = leftOf(tokens, Date.now());
    if (!Number.isFinite(left)) return;
    timer = setTimeout(
      () => {
        void renewed().then((done) => done || plan(AGAIN_MS));
      },
      Math.min(Math.max(left - AHEAD_MS, left / 2, atLeast), LONGEST_MS),
    );
  };
  session.subscribe(() => plan(0));
  plan(0);
}

/** What a browser's timer holds. */
const LONGEST_MS = 2 ** 31 - 1;
