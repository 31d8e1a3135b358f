import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { settings } from "./client.js";
import { bodyOf } from "./problem.js";

export const useUsers = (search: string) =>
  useInfiniteQuery({
    queryKey: ["users", search],
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        settings.GET("/api/v1/settings/users", {
          params: {
            query: {
              limit: 50,
              ...(search !== "" && { search }),
              ...(pageParam !== null && { after: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });

export const userKey = (userId: string) => ["user", userId] as const;

export const useUserPage = (userId: string) =>
  useQuery({
    queryKey: userKey(userId),
    queryFn: () =>
      bodyOf(
        settings.GET("/api/v1/settings/users/{userId}", {
          params: { path: { userId } },
        }),
      ),
    // Until an account is gone nothing else can be chosen.
    refetchInterval: ({ state: { data } }) =>
      data?.accounts.some(({ leaving }) => leaving !== null) ? 3_000 : false,
  });
