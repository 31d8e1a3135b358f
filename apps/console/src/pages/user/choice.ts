import type { Account, Stream, System, UserPage } from "../../api/types.js";

/** The account that a kind of this user goes to now. */
export const targetOf = (
  { accounts }: Pick<UserPage, "accounts">,
  stream: Stream,
): Account | undefined =>
  accounts.find(
    (account) => account[stream] !== null && account.formerPlaceOf === null,
  );

/** Places that accounts of this user named before, where something is still to be removed. */
export const formerPlacesOf = ({
  accounts,
}: Pick<UserPage, "accounts">): readonly Account[] =>
  accounts.filter(({ formerPlaceOf }) => formerPlaceOf !== null);

/** What comes next when somebody chooses a system for a kind. */
export type Step =
  | { readonly kind: "stop"; readonly from: Account }
  | { readonly kind: "switch"; readonly from: Account; readonly to: System }
  /** There is a login at this system already: the same, or another one? */
  | {
      readonly kind: "which";
      readonly system: System;
      readonly accounts: readonly Account[];
    }
  | {
      readonly kind: "dialog";
      readonly system: System;
      readonly account: Account | undefined;
    };

/** `none`: this kind is not synchronised any more. */
export function stepFor(
  page: Pick<UserPage, "accounts">,
  stream: Stream,
  chosen: System | "none",
): Step | undefined {
  const from = targetOf(page, stream);
  if (chosen === "none") return from && { kind: "stop", from };
  if (from?.system === chosen)
    return { kind: "dialog", system: chosen, account: from };
  if (from) return { kind: "switch", from, to: chosen };
  return openFor(page, chosen);
}

export function openFor(
  { accounts }: Pick<UserPage, "accounts">,
  system: System,
): Step {
  const known = accounts.filter(
    (account) => account.system === system && account.leaving === null,
  );
  return known.length === 0
    ? { kind: "dialog", system, account: undefined }
    : { kind: "which", system, accounts: known };
}

export const hostOf = ({ serverUrl }: Pick<Account, "serverUrl">): string =>
  URL.canParse(serverUrl) ? new URL(serverUrl).host : serverUrl;

/** The account without that kind. */
export const without = (account: Account, stream: Stream) => {
  const { serverUrl, username, policy, contacts, appointments } = account;
  return {
    ...{ serverUrl, username, policy, contacts, appointments },
    [stream]: null,
  };
};
