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
