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

export const useTags = (search: string) =>
  useQuery({
    queryKey: ["tags", search],
    queryFn: () => bodyOf(settings.GET("/api/v1/settings/tags", query(search))),
    placeholderData: keepPreviousData,
  });
