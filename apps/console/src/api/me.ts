import { useQuery } from "@tanstack/react-query";
import { settings } from "./client.js";
import { bodyOf } from "./problem.js";

export const useMe = () =>
  useQuery({
    queryKey: ["me"],
    queryFn: () => bodyOf(settings.GET("/api/v1/settings/me")),
    staleTime: 60_000,
  });
