import { useInfiniteQuery, type QueryKey } from "@tanstack/react-query";

/** A list that comes in pages; `entries` are those that were read so far. */
export interface Pages<T> {
  readonly entries: readonly T[] | undefined;
  readonly error: Error | null;
  readonly again: () => void;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly more: () => void;
}

interface OnePage {
  readonly next: string | null;
}

export function usePages<P extends OnePage, T>(
  queryKey: QueryKey,
  read: (after: { after?: string }) => Promise<P>,
  entriesOf: (page: P) => readonly T[],
): Pages<T> {
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      read(pageParam === null ? {} : { after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  return {
    entries: pages.data?.pages.flatMap(entriesOf),
    error: pages.error,
    again: () => void pages.refetch(),
    hasMore: pages.hasNextPage,
    loadingMore: pages.isFetchingNextPage,
    more: () => void pages.fetchNextPage(),
  };
}
