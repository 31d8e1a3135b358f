import {
  Departure,
  departureToWire,
  conflictPolicyFromWire,
  conflictPolicyToWire,
  systemFromWire,
  systemToWire,
  AppointmentsOptions,
  ContactsOptions,
  type Account,
} from "@ams-sync/contracts";
import type { ConflictPolicy, System } from "@ams-sync/sync-core";
import type { AccountInput } from "./account-input.js";

/** settings.account as the driver hands it over: bigint comes as text. */
export interface AccountRow {
  readonly tenant_id: string;
  readonly account_id: string;
  readonly user_id: string;
  readonly system: System;
  readonly server_url: string;
  readonly username: string;
  readonly policy: ConflictPolicy;
  readonly contacts: ContactsOptions | null;
  readonly appointments: AppointmentsOptions | null;
  readonly version: string;
  readonly leaving: Items | null;
  readonly former_place_of: string | null;
}

/** What becomes of what ams put there, of an account that is being disconnected. */
export type Items = "remove" | "leave";

export const accountFromRow = (row: AccountRow): Account => ({
  account: { tenantId: row.tenant_id, accountId: row.account_id },
  userId: row.user_id,
  system: systemToWire(row.system),
  version: BigInt(row.version),
  serverUrl: row.server_url,
  username: row.username,
  policy: conflictPolicyToWire(row.policy),
  // What was stored before an option existed has its default.
  contacts: row.contacts
    ? ContactsOptions.fromPartial(row.contacts)
    : undefined,
  appointments: row.appointments
    ? AppointmentsOptions.fromPartial(row.appointments)
    : undefined,
  leaving: row.leaving ? departureToWire(row.leaving) : Departure.UNSPECIFIED,
  formerPlaceOf: row.former_place_of ?? "",
});

export function rowFromAccount(
  account: AccountInput["account"],
): Omit<AccountRow, "version" | "leaving" | "former_place_of"> {
  const system = systemFromWire(account.system);
  const policy = conflictPolicyFromWire(account.policy);
  if (!system || !policy) throw new TypeError("an unchecked account");
  return {
    tenant_id: account.account.tenantId,
    account_id: account.account.accountId,
    user_id: account.userId,
    system,
    server_url: account.serverUrl,
    username: account.username,
    policy,
    contacts: account.contacts ?? null,
    appointments: account.appointments ?? null,
  };
}
