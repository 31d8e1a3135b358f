import { useQuery } from "@tanstack/react-query";
import { settings } from "./client.js";
import { bodyOf } from "./problem.js";
import type { User } from "./types.js";

const PAGE = 200;

/**
 * All users of the brokerage by id: lists of accounts name them. Of whom the reader may not see, the id.
 * @param wanted whether there is anybody to be named
 */
export function useUserNames(wanted = true): (userId: string) => string {
  const users = useQuery({
    queryKey: ["users", "all"],
    queryFn: async () => {
      const found: User[] = [];
      for (let after: string | null | undefined; after !== null;) {
        const page = await bodyOf(
          settings.GET("/api/v1/settings/users", {
            params: {
              query: { limit: PAGE, ...(after !== undefined && { after }) },
            },
          }),
        );
        found.push(...page.users);
        after = page.next;
      }
      return new Map(found.map(({ userId, name }) => [userId, name]));
    },
    staleTime: 60_000,
    enabled: wanted,
  });
  return (userId) => users.data?.get(userId) ?? userId;
}
