import { useMutation, useQueryClient } from "@tanstack/react-query";
import { state } from "./client.js";
import { usePages } from "./pages.js";
import { bodyOf } from "./problem.js";
import type { Held, Left, RecordRef } from "./state-types.js";
import type { Stream } from "./types.js";

const one = (accountId: string) => ({ path: { accountId } });

export const useRuns = (accountId: string, idle: boolean) =>
  usePages(
    ["state", accountId, "runs", idle],
    (after) =>
      bodyOf(
        state.GET("/api/v1/state/accounts/{accountId}/runs", {
          params: {
            ...one(accountId),
            query: { limit: 20, idle: idle ? "true" : "false", ...after },
          },
        }),
      ),
    ({ runs }) => runs,
  );

export const useSetAside = (accountId: string) =>
  usePages(
    ["state", accountId, "set-aside"],
    (after) =>
      bodyOf(
        state.GET("/api/v1/state/accounts/{accountId}/set-aside", {
          params: { ...one(accountId), query: after },
        }),
      ),
    ({ entries }) => entries,
  );

export const useConflicts = (accountId: string) =>
  usePages(
    ["state", accountId, "conflicts"],
    (after) =>
      bodyOf(
        state.GET("/api/v1/state/accounts/{accountId}/conflicts", {
          params: { ...one(accountId), query: after },
        }),
      ),
    ({ conflicts }) => conflicts,
  );

export const useHeld = (accountId: string, stream: Stream) =>
  usePages(
    ["state", accountId, "held", stream],
    (after) =>
      bodyOf(
        state.GET("/api/v1/state/accounts/{accountId}/held", {
          params: {
            ...one(accountId),
            query: { stream, limit: 200, ...after },
          },
        }),
      ),
    ({ entries }) => entries,
  );

export const useLeft = (accountId: string, stream: Stream) =>
  usePages(
    ["state", accountId, "left", stream],
    (after) =>
      bodyOf(
        state.GET("/api/v1/state/accounts/{accountId}/left", {
          params: { ...one(accountId), query: { stream, ...after } },
        }),
      ),
    ({ items }) => items,
  );

export const useLost = (accountId: string, stream: Stream) =>
  usePages(
    ["state", accountId, "lost", stream],
    (after) =>
      bodyOf(
        state.GET("/api/v1/state/accounts/{accountId}/lost", {
          params: { ...one(accountId), query: { stream, ...after } },
        }),
      ),
    ({ items }) => items,
  );

const useAnswer = <V, T>(accountId: string, give: (what: V) => Promise<T>) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: give,
    onSettled: () =>
      queries.invalidateQueries({ queryKey: ["state", accountId] }),
  });
};

/** Exactly what was shown: what has changed since is left out by state. */
export const useApprove = (accountId: string, stream: Stream) =>
  useAnswer(accountId, (shown: readonly Held[]) =>
    bodyOf(
      state.POST("/api/v1/state/accounts/{accountId}/held/approve", {
        params: one(accountId),
        body: {
          stream,
          entries: shown.map(({ entryId, position, removal, fields }) => ({
            ...{ entryId, position, removal },
            fields: fields.map(({ name }) => name),
          })),
        },
      }),
    ),
  );

export interface LeftAnswer {
  readonly item: Left;
  readonly decision: "import" | "leave" | { readonly linkTo: RecordRef };
}

export const useDecideLeft = (accountId: string, stream: Stream) =>
  useAnswer(accountId, ({ item, decision }: LeftAnswer) =>
    bodyOf(
      state.POST("/api/v1/state/accounts/{accountId}/left/decide", {
        params: one(accountId),
        body: { stream, itemId: item.itemId, decision },
      }),
    ),
  );

export const useDecideLost = (accountId: string) =>
  useAnswer(
    accountId,
    (answer: { readonly record: RecordRef; readonly restore: boolean }) =>
      bodyOf(
        state.POST("/api/v1/state/accounts/{accountId}/lost/decide", {
          params: one(accountId),
          body: answer,
        }),
      ),
  );

/** The value that gave way goes to both sides. */
export const useTakeBack = (accountId: string) =>
  useAnswer(accountId, (conflictId: string) =>
    bodyOf(
      state.POST(
        "/api/v1/state/accounts/{accountId}/conflicts/{conflictId}/take-back",
        { params: { path: { accountId, conflictId } } },
      ),
    ),
  );
