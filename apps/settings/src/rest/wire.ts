import {
  conflictPolicyFromWire,
  departureFromWire,
  systemFromWire,
  systemToWire,
  conflictPolicyToWire,
  type Account,
  type AccountRef,
} from "@ams-sync/contracts";
import type { System } from "@ams-sync/sync-core";
import type { AccountInput } from "../account-input.js";
import type { AccountOut, ChangedAccount } from "./schemas.js";

/** proto3 has no missing strings and numbers: empty and 0 say "not chosen". */
const orNull = (text: string): string | null => (text === "" ? null : text);

/** Which options only some systems have. */
export const hasFolders = (system: System): boolean => system === "outlook";
export const hasOwners = (system: System): boolean =>
  system === "outlook" || system === "tobit";

export const accountOut = (
  stored: Account,
  hasPassword: boolean,
): AccountOut => {
  const system = systemFromWire(stored.system);
  const policy = conflictPolicyFromWire(stored.policy);
  if (!system || !policy) throw new TypeError("an account of another version");
  const { contacts, appointments } = stored;
  return {
    accountId: stored.account?.accountId ?? "",
    userId: stored.userId,
    system,
    version: Number(stored.version),
    serverUrl: stored.serverUrl,
    username: stored.username,
    hasPassword,
    policy,
    contacts: contacts
      ? {
          customers: contacts.customers,
          companies: contacts.companies,
          agents: contacts.agents,
          birthday: contacts.birthday,
          agentId: orNull(contacts.agentId),
          tags: contacts.tags,
          editedSince: orNull(contacts.editedSince),
          container: orNull(contacts.container),
          ...(hasFolders(system) && {
            folders: {
              companies: orNull(contacts.companiesContainer ?? ""),
              agents: orNull(contacts.agentsContainer ?? ""),
            },
          }),
        }
      : null,
    appointments: appointments
      ? {
          maxAgeDays:
            appointments.maxAgeDays === 0 ? null : appointments.maxAgeDays,
          editedSince: orNull(appointments.editedSince),
          container: orNull(appointments.container),
          ...(hasOwners(system) && { owners: appointments.ownerIds ?? [] }),
        }
      : null,
    leaving: departureFromWire(stored.leaving) ?? null,
    formerPlaceOf: orNull(stored.formerPlaceOf),
  };
};

/** What was checked, as it is stored. */
export const accountIn = (
  ref: AccountRef,
  userId: string,
  system: System,
  body: ChangedAccount & { readonly serverUrl: string },
): AccountInput["account"] => ({
  account: ref,
  userId,
  system: systemToWire(system) as AccountInput["account"]["system"],
  serverUrl: body.serverUrl,
  username: body.username,
  policy: conflictPolicyToWire(
    body.policy,
  ) as AccountInput["account"]["policy"],
  ...(body.contacts && {
    contacts: {
      customers: body.contacts.customers,
      companies: body.contacts.companies,
      agents: body.contacts.agents,
      birthday: body.contacts.birthday,
      agentId: body.contacts.agentId ?? "",
      tags: body.contacts.tags,
      editedSince: body.contacts.editedSince ?? "",
      container: body.contacts.container ?? "",
      companiesContainer: body.contacts.folders?.companies ?? "",
      agentsContainer: body.contacts.folders?.agents ?? "",
    },
  }),
  ...(body.appointments && {
    appointments: {
      maxAgeDays: body.appointments.maxAgeDays ?? 0,
      editedSince: body.appointments.editedSince ?? "",
      container: body.appointments.container ?? "",
      ownerIds: [...new Set(body.appointments.owners ?? [])],
    },
  }),
});
