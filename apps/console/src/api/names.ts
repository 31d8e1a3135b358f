import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { settings } from "./client.js";
import { bodyOf } from "./problem.js";
import type { RecordRef } from "./state-types.js";

const keyOf = ({ kind, recordId }: RecordRef): string => `${kind} ${recordId}`;
/** As many as settings names at once. */
const MOST = 200;

/** Of settings, which keep the agent's number alone. */
export function useAgentNames(
  agentIds: readonly unknown[],
): (agentId: string) => string {
  const refs = agentIds.flatMap((id) =>
    id === null || id === undefined || id === "" || id === 0
      ? []
      : [{ kind: "agent" as const, recordId: String(id) }],
  );
  const nameOf = useNames(refs);
  return (recordId) => nameOf({ kind: "agent", recordId }) ?? recordId;
}

/** What records are called in ams; those that are gone are missing. */
export function useNames(
  records: readonly (RecordRef | null)[],
): (record: RecordRef) => string | undefined {
  const wanted = new Map<string, RecordRef>();
  for (const record of records) if (record) wanted.set(keyOf(record), record);
  const keys = [...wanted.keys()].sort();
  const names = useQuery({
    queryKey: ["names", keys],
    queryFn: async () => {
      const all = [...wanted.values()];
      const found: (RecordRef & { name: string })[] = [];
      for (let at = 0; at < all.length; at += MOST)
        found.push(
          ...(
            await bodyOf(
              settings.POST("/api/v1/settings/records/names", {
                body: { records: all.slice(at, at + MOST) },
              }),
            )
          ).names,
        );
      return new Map(found.map((one) => [keyOf(one), one.name]));
    },
    enabled: keys.length > 0,
    placeholderData: keepPreviousData,
  });
  return (record) =>
    names.data?.get(keyOf(record)) ?? (names.isFetching ? "…" : undefined);
}
