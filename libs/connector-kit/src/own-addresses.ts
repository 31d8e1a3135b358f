import type { UserView } from "@ams-sync/sync-core";
import type { ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";

/**
 * Mail addresses that are the user's own, lower case: what the other system says of whoever logs in (RFC 6638 section
 * 2.4.1), the login itself where it is an address, and what ams has of the user. An invitation to one of them is the
 * user's, and says nothing of a customer who shares it (R23).
 */
export const ownAddresses = (
  { account }: Pick<RunContext, "account">,
  port: ReadPort,
  user: UserView | undefined,
): ReadonlySet<string> =>
  new Set(
    [
      ...(port.userAddresses ?? []),
      ...(user?.addresses ?? []),
      ...(account.username === undefined ? [] : [account.username]),
    ].flatMap((text) => {
      const address = text.trim().toLowerCase();
      return address.includes("@") ? [address] : [];
    }),
  );
