import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { state } from "./client.js";
import { usePages } from "./pages.js";
import { bodyOf } from "./problem.js";
import type { Preview, PreviewEntry } from "./state-types.js";
import type { Stream } from "./types.js";

const one = (accountId: string) => ({ path: { accountId } });
/** Milliseconds. While it is worked out its figures grow. */
const ASK_EVERY = 2_000;

export const usePreview = (accountId: string, stream: Stream) =>
  useQuery({
    queryKey: ["state", accountId, "preview", stream],
    queryFn: () =>
      bodyOf(
        state.GET("/api/v1/state/accounts/{accountId}/preview", {
          params: { ...one(accountId), query: { stream } },
        }),
      ),
    refetchInterval: ({ state: { data } }) =>
      data?.state === "planning" ? ASK_EVERY : false,
  });

/** What is shown of a preview: one action, or all that is different on both sides. */
export type Shown = PreviewEntry["action"] | "conflict";

export const usePreviewEntries = (
  accountId: string,
  { stream, number }: Pick<Preview, "stream" | "number">,
  shown: Shown,
) =>
  usePages(
    ["state", accountId, "preview", stream, number, shown],
    (after) =>
      bodyOf(
        state.GET("/api/v1/state/accounts/{accountId}/preview/entries", {
          params: {
            ...one(accountId),
            query: {
              stream,
              ...(shown === "conflict"
                ? { conflict: "true" as const }
                : { action: shown }),
              ...after,
            },
          },
        }),
      ),
    ({ entries }) => entries,
  );

/** Names the preview that was seen: a newer one is not agreed to. */
export const useApply = (accountId: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ stream, number }: Pick<Preview, "stream" | "number">) =>
      bodyOf(
        state.POST("/api/v1/state/accounts/{accountId}/preview/apply", {
          params: one(accountId),
          body: { stream, number },
        }),
      ),
    onSettled: () =>
      queries.invalidateQueries({ queryKey: ["state", accountId] }),
  });
};
