import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { settings } from "./client.js";
import { answerOf, bodyOf, type Versioned } from "./problem.js";
import type { Account, ChangedAccount, NewAccount } from "./types.js";
import { userKey } from "./users.js";

export const accountKey = (accountId: string) =>
  ["account", accountId] as const;

const byId = (accountId: string) => ({ params: { path: { accountId } } });

export const readAccount = (accountId: string): Promise<Versioned<Account>> =>
  answerOf(
    settings.GET("/api/v1/settings/accounts/{accountId}", byId(accountId)),
  );

export const useAccount = (accountId: string) =>
  useQuery({
    queryKey: accountKey(accountId),
    queryFn: async () => (await readAccount(accountId)).body,
  });

export type Save =
  | { readonly userId: string; readonly made: NewAccount }
  | {
      readonly userId: string;
      readonly accountId: string;
      /** What the change is based on. */
      readonly version: number;
      /** A password alone is no other setting: nothing of what is transferred changes. */
      readonly changed: ChangedAccount | { readonly password: string };
    };

const putPassword = (
  accountId: string,
  version: number,
  password: string,
): Promise<Account> =>
  bodyOf(
    settings.PUT("/api/v1/settings/accounts/{accountId}/credential", {
      params: {
        path: { accountId },
        header: { "if-match": `"${version}"` },
      },
      body: { password },
    }),
  );

function save(how: Save): Promise<Account> {
  if ("made" in how)
    return bodyOf(
      settings.POST("/api/v1/settings/users/{userId}/accounts", {
        params: { path: { userId: how.userId } },
        body: how.made,
      }),
    );
  const { accountId, version, changed } = how;
  if (!("policy" in changed))
    return putPassword(accountId, version, changed.password);
  return bodyOf(
    settings.PUT("/api/v1/settings/accounts/{accountId}", {
      params: {
        path: { accountId },
        header: { "if-match": `"${version}"` },
      },
      body: changed,
    }),
  );
}

/** Everything that shows the account of one user. */
const useRefresh = () => {
  const queries = useQueryClient();
  return (userId: string) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: userKey(userId) }),
      queries.invalidateQueries({ queryKey: ["account"] }),
      queries.invalidateQueries({ queryKey: ["state"] }),
    ]);
};

/** What becomes of what ams put there. */
export type Items = "remove" | "leave";

export const useDisconnect = ({ accountId, userId, version }: Account) => {
  const refresh = useRefresh();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (items: Items) =>
      bodyOf(
        settings.DELETE("/api/v1/settings/accounts/{accountId}", {
          params: {
            path: { accountId },
            query: { items },
            header: { "if-match": `"${version}"` },
          },
        }),
      ),
    // It may be gone before it can be read as one that is leaving.
    onSuccess: (_gone, items) =>
      queries.setQueryData<Account>(
        accountKey(accountId),
        (before) => before && { ...before, leaving: items },
      ),
    onSettled: () => refresh(userId),
  });
};

export const useNewPassword = ({ accountId, userId, version }: Account) => {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (password: string) => putPassword(accountId, version, password),
    onSettled: () => refresh(userId),
  });
};

export const useSaveAccount = () => {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: save,
    onSettled: (_saved, _error, { userId }) => refresh(userId),
  });
};
