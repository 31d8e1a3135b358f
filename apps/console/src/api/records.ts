import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { settings, state } from "./client.js";
import { bodyOf } from "./problem.js";
import type { RecordRef } from "./state-types.js";

export const useRecords = (search: string) =>
  useQuery({
    queryKey: ["records", search],
    queryFn: async () =>
      (
        await bodyOf(
          settings.GET("/api/v1/settings/records", {
            params: { query: { search, limit: 20 } },
          }),
        )
      ).records,
    enabled: search !== "",
    placeholderData: keepPreviousData,
  });

/** Whether the settings of an account want a record. */
export const useVerdict = (accountId: string, { kind, recordId }: RecordRef) =>
  useQuery({
    queryKey: ["account", accountId, "scope", kind, recordId],
    queryFn: () =>
      bodyOf(
        settings.GET("/api/v1/settings/accounts/{accountId}/scope", {
          params: { path: { accountId }, query: { kind, recordId } },
        }),
      ),
  });

/** What became of it so far. */
export const useRecordState = (
  accountId: string,
  { kind, recordId }: RecordRef,
) =>
  useQuery({
    queryKey: ["state", accountId, "record", kind, recordId],
    queryFn: () =>
      bodyOf(
        state.GET(
          "/api/v1/state/accounts/{accountId}/records/{kind}/{recordId}",
          { params: { path: { accountId, kind, recordId } } },
        ),
      ),
  });
