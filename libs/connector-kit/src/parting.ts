import type { TimeZone, UserView } from "@ams-sync/sync-core";
import type { AccountView } from "./account-settings.js";
import type { AmsRecords } from "./ams-records.js";
import type { RunPorts } from "./run-context.js";
import type { StreamState } from "./run-state.js";

/** What is off is worked on too: ams may have put something there before. */
const ANY_CONTACTS = {
  ...{ customers: true, companies: true, agents: true },
  ...{ tags: [], birthday: true },
};

/**
 * A run of an account that is being disconnected reads nothing of ams and writes nothing there: whatever became of its
 * user and records, what ams created outside goes, and the rest is unlinked. The containers are those that state has bound;
 * none is looked for by another name, none is made.
 */
export const parting = (
  ports: RunPorts,
  account: AccountView,
  streams: readonly StreamState[],
): { readonly ports: RunPorts; readonly account: AccountView } => {
  const { options } = account;
  if (!options.leaving) return { ports, account };
  const { writes: _, ...rest } = ports;
  return {
    ports: { ...rest, records: nothingOf(account.userId) },
    account: {
      ...account,
      options: {
        ...options,
        contacts: options.contacts ?? ANY_CONTACTS,
        appointments: options.appointments ?? {},
      },
      containers: Object.fromEntries(
        streams.flatMap(({ kind, container }) =>
          container === undefined ? [] : [[kind, container]],
        ),
      ),
    },
  };
};

const nothingOf = (userId: string): AmsRecords => {
  const user: UserView = {
    userId,
    rights: new Set(),
    agentRelease: true,
    releasedAgentIds: new Set(),
    // Nothing is sent, and what goes is not compared: any zone will do.
    timeZone: "Europe/Berlin" as TimeZone,
  };
  return { load: async () => ({ user, records: new Map() }) };
};
