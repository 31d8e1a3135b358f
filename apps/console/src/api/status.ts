import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { state } from "./client.js";
import { bodyOf } from "./problem.js";
import { usePages } from "./pages.js";
import type { Health } from "./state-types.js";
import type { Stream } from "./types.js";

export const statusKey = (accountId: string) =>
  ["state", accountId, "status"] as const;

const one = (accountId: string) => ({ path: { accountId } });

export const useStatus = (accountId: string) =>
  useQuery({
    queryKey: statusKey(accountId),
    queryFn: () =>
      bodyOf(
        state.GET("/api/v1/state/accounts/{accountId}", {
          params: one(accountId),
        }),
      ),
  });

/** How the accounts of one user are. */
export const useStatusesOf = (userId: string) =>
  useQuery({
    queryKey: ["state", "of", userId],
    queryFn: () =>
      bodyOf(
        state.GET("/api/v1/state/accounts", { params: { query: { userId } } }),
      ),
    refetchInterval: 15_000,
  });

export const useStatuses = (health: Health | undefined) =>
  usePages(
    ["state", "all", health],
    (after) =>
      bodyOf(
        state.GET("/api/v1/state/accounts", {
          params: { query: { ...(health && { health }), ...after } },
        }),
      ),
    ({ accounts }) => accounts,
  );

export const useTenants = () =>
  usePages(
    ["state", "tenants"],
    (after) =>
      bodyOf(state.GET("/api/v1/state/tenants", { params: { query: after } })),
    ({ tenants }) => tenants,
  );

/** After an order everything of the account may be different. */
const useOrder = <V, T>(accountId: string, give: (what: V) => Promise<T>) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: give,
    onSettled: () =>
      queries.invalidateQueries({ queryKey: ["state", accountId] }),
  });
};

export const useSyncNow = (accountId: string) =>
  useOrder(accountId, () =>
    bodyOf(
      state.POST("/api/v1/state/accounts/{accountId}/sync-now", {
        params: one(accountId),
      }),
    ),
  );

export const useReset = (accountId: string) =>
  useOrder(accountId, (stream: Stream) =>
    bodyOf(
      state.POST("/api/v1/state/accounts/{accountId}/reset", {
        params: one(accountId),
        body: { stream },
      }),
    ),
  );
