import type { PlainDate, SyncOptions } from "@ams-sync/sync-core";
import { Departure } from "./generated/ams_sync/common/v1/common.js";
import type { Account } from "./generated/ams_sync/settings/v1/settings.js";
import { conflictPolicyFromWire } from "./kinds.js";

/**
 * What a user chose, as runs go by it and as people are told why something is not sent. proto3 has no missing strings and
 * numbers: empty and 0 say "not chosen".
 */
export const syncOptionsOf = ({
  policy,
  contacts,
  appointments,
  leaving,
}: Account): SyncOptions => ({
  // R18–R20: every account has one; without a word ams is never overruled.
  policy: conflictPolicyFromWire(policy) ?? "ams-wins",
  ...(leaving !== Departure.UNSPECIFIED && { leaving: true }),
  ...(contacts && {
    contacts: {
      customers: contacts.customers,
      companies: contacts.companies,
      agents: contacts.agents,
      ...(contacts.agentId && { agentId: contacts.agentId }),
      tags: contacts.tags,
      ...editedSince(contacts.editedSince),
      birthday: contacts.birthday,
    },
  }),
  ...(appointments && {
    appointments: {
      ...(appointments.maxAgeDays > 0 && {
        maxAgeDays: appointments.maxAgeDays,
      }),
      ...(appointments.ownerIds.length > 0 && {
        ownerIds: appointments.ownerIds,
      }),
      ...editedSince(appointments.editedSince),
    },
  }),
});

/** settings has checked that it is a day of the calendar. */
const editedSince = (text: string): { readonly editedSince?: PlainDate } =>
  text ? { editedSince: text as PlainDate } : {};
