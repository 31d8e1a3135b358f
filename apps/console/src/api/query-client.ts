import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { session } from "../sign-in/session.js";
import { ApiProblem } from "./problem.js";

const status = (error: Error): number =>
  error instanceof ApiProblem ? error.told.status : 0;

const onError = (error: Error): void => {
  if (status(error) === 401) session.expire();
};

/** Only what may be better in a moment is asked again. */
const MOST_TRIES = 2;

export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (tries, error) =>
          tries < MOST_TRIES && [0, 502, 503, 504].includes(status(error)),
      },
    },
  });
