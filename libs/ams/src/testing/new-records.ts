import type { Fields, NewRecord, SyncOptions } from "@ams-sync/sync-core";
import type { AmsDatabase } from "../ams-database.js";
import type { RemoteOrigin } from "../writes/outcomes.js";
import { ACCOUNT, OPTIONS, TENANT, type AmsWorld } from "./ams-world.js";

export const contacts = (uid: string): RemoteOrigin => ({
  accountId: ACCOUNT,
  stream: "contacts",
  uid,
});
export const events = (uid: string): RemoteOrigin => ({
  accountId: ACCOUNT,
  stream: "appointments",
  uid,
});

export const person = (fields: Fields, agentId = "1"): NewRecord => ({
  kind: "customer",
  type: "private",
  status: "prospect",
  agentId,
  fields,
});
export const ANNE = person({
  firstName: "Änne",
  lastName: "Müller-Lüdenscheidt",
  email: "Änne@Post.example",
  mobile: "0171 2345678",
  birthDate: "1964-02-29",
});
export const TALK: NewRecord = {
  kind: "appointment",
  fields: {
    date: "2026-10-25",
    reason: "Jahresgespräch",
    from: "23:30",
    to: "00:30",
  },
};

interface How {
  readonly userId?: string;
  readonly options?: SyncOptions;
  readonly ams?: AmsDatabase;
  readonly asked?: boolean;
}

/** Makes records in the brokerage, and counts what is there. */
export const making = (world: () => AmsWorld) => ({
  create: (
    origin: RemoteOrigin,
    record: NewRecord,
    { userId = "1", options = OPTIONS, ams, asked }: How = {},
  ) =>
    (ams ?? world().ams).create(
      ...([TENANT, userId, options, origin, record] as const),
      asked ? { asked } : {},
    ),
  count: async (table: string): Promise<number> =>
    Number(
      (await world().owner.query(`select count(*) from ams.${table}`)).rows[0]
        .count,
    ),
  forget: () =>
    world().owner.query(
      "delete from ams.appointment; delete from ams.customer; delete from ams.sync_origin",
    ),
});
