import { useQuery } from "@tanstack/react-query";
import { settings } from "./client.js";
import { bodyOf } from "./problem.js";
import { usePages } from "./pages.js";

export const useAudit = (userId: string | undefined) =>
  usePages(
    ["audit", userId],
    (after) =>
      bodyOf(
        settings.GET("/api/v1/settings/audit", {
          params: {
            query: { ...(userId !== undefined && { userId }), ...after },
          },
        }),
      ),
    ({ entries }) => entries,
  );

/** The latest of one account, newest first; also once it has ended. */
export const useAuditOf = (accountId: string, enabled: boolean) =>
  useQuery({
    enabled,
    queryKey: ["audit", "account", accountId],
    queryFn: async () =>
      (
        await bodyOf(
          settings.GET("/api/v1/settings/audit", {
            params: { query: { accountId } },
          }),
        )
      ).entries,
  });
