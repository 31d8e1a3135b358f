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
      readonly changed: ChangedAccount;
    };

const save = (how: Save): Promise<Account> =>
  "made" in how
    ? bodyOf(
        settings.POST("/api/v1/settings/users/{userId}/accounts", {
          params: { path: { userId: how.userId } },
          body: how.made,
        }),
      )
    : bodyOf(
        settings.PUT("/api/v1/settings/accounts/{accountId}", {
          params: {
            path: { accountId: how.accountId },
            header: { "if-match": `"${how.version}"` },
          },
          body: how.changed,
        }),
      );

export const useSaveAccount = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: save,
    onSettled: (_saved, _error, { userId }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: userKey(userId) }),
        queries.invalidateQueries({ queryKey: ["account"] }),
      ]),
  });
};
