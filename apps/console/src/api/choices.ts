import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { settings } from "./client.js";
import { bodyOf } from "./problem.js";

const LIMIT = 50;
const query = (search: string) => ({
  params: { query: { limit: LIMIT, ...(search !== "" && { search }) } },
});

export const useAgents = (search: string) =>
  useQuery({
    queryKey: ["agents", search],
    queryFn: () =>
      bodyOf(settings.GET("/api/v1/settings/agents", query(search))),
    placeholderData: keepPreviousData,
  });

/** How many customers a choice concerns: those that the user may see, of one agent or of all. */
export const useCustomerCount = (userId: string, agentId: string | null) =>
  useQuery({
    queryKey: ["customers", userId, agentId],
    queryFn: async () => {
      const { customers } = await bodyOf(
        settings.GET("/api/v1/settings/users/{userId}/customers", {
          params: {
            path: { userId },
            query: { ...(agentId !== null && { agentId }) },
          },
        }),
      );
      return customers;
    },
  });

export const useTags = (search: string) =>
  useQuery({
    queryKey: ["tags", search],
    queryFn: () => bodyOf(settings.GET("/api/v1/settings/tags", query(search))),
    placeholderData: keepPreviousData,
  });
