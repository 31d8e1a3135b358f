import type { AccountRef } from "@ams-sync/contracts";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";

export interface Announcement {
  readonly account: AccountRef;
  readonly version: bigint;
  readonly credentialChanged: boolean;
  /** Those that write to another server, login or container than state was told last. */
  readonly movedStreams: readonly StreamKind[];
  /** A person is to see what it comes to before it is done. */
  readonly preview: boolean;
  /** Accounts that take over what ams put where moved streams were. */
  readonly formerPlaces?: readonly FormerPlace[];
}

/** What is noted already. */
export interface Untold extends Announcement {
  /** With which version each of `movedStreams` came to where it is now. */
  readonly movedAt: MovedAt;
}

export interface FormerPlace {
  readonly accountId: string;
  readonly streams: readonly StreamKind[];
  /** Version with which a stream came to this place, where state has yet to hear of that. */
  readonly since?: MovedAt;
}

/** Versions of settings, in digits. */
export type MovedAt = { readonly [stream in StreamKind]?: string };

interface AnnouncementRow {
  readonly tenant_id: string;
  readonly account_id: string;
  readonly version: string;
  readonly credential_changed: boolean;
  readonly moved_streams: readonly StreamKind[];
  readonly preview: boolean;
  readonly former_places: readonly FormerPlace[];
  readonly moved_at: MovedAt;
}

const COLUMNS =
  "tenant_id, account_id, version, credential_changed, moved_streams, preview, former_places";

/**
 * Of note `a`. A replica of a release that knows no `moved_at` leaves it as it is: then each stream may have come to its
 * place with the note's own version, and state takes what it has there for an older place's, where nothing is removed.
 */
const MOVED_AT = `case when a.moved_at_of = a.version then a.moved_at
  else (select coalesce(jsonb_object_agg(kind, a.version::text), '{}') from unnest(a.moved_streams) as kind) end`;

const fromRow = (row: AnnouncementRow): Untold => ({
  account: { tenantId: row.tenant_id, accountId: row.account_id },
  version: BigInt(row.version),
  credentialChanged: row.credential_changed,
  movedStreams: row.moved_streams,
  preview: row.preview,
  formerPlaces: row.former_places,
  movedAt: row.moved_at,
});

/** What state has yet to hear. Written with the account, struck when state has answered. */
export const announcements = {
  /** Adds to what state has yet to hear of the account: nothing that changed is forgotten before state has answered. */
  async note(
    manager: EntityManager,
    account: AccountRef,
    what: Omit<Announcement, "account">,
    waitsFor: string | null = null,
  ): Promise<void> {
    await manager.query(
      `insert into settings.announcement as a (${COLUMNS}, moved_at, moved_at_of, waits_for)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $3, $9)
       on conflict (tenant_id, account_id) do update set
         version = excluded.version,
         credential_changed = excluded.credential_changed or a.credential_changed,
         moved_streams = array(select unnest(a.moved_streams) union select unnest(excluded.moved_streams)),
         preview = excluded.preview or a.preview, former_places = a.former_places || excluded.former_places,
         moved_at = ${MOVED_AT} || excluded.moved_at, moved_at_of = excluded.moved_at_of, next_at = now(), noted_at = now()`,
      [
        account.tenantId,
        account.accountId,
        what.version.toString(),
        what.credentialChanged,
        what.movedStreams,
        what.preview,
        JSON.stringify(what.formerPlaces ?? []),
        JSON.stringify(
          Object.fromEntries(
            what.movedStreams.map((kind) => [kind, what.version.toString()]),
          ),
        ),
        waitsFor,
      ],
    );
  },

  /** Accounts that state has yet to hear of. */
  async pending(manager: EntityManager, limit: number): Promise<AccountRef[]> {
    const rows: Pick<AnnouncementRow, "tenant_id" | "account_id">[] =
      await manager.query(
        `select tenant_id, account_id from settings.announcement a where next_at <= now()
         and not exists (select from settings.announcement b where b.tenant_id = a.tenant_id and b.account_id = a.waits_for)
       order by next_at, version limit $1`,
        [limit],
      );
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      accountId: row.account_id,
    }));
  },

  async of(
    manager: EntityManager,
    { tenantId, accountId }: AccountRef,
  ): Promise<Untold | undefined> {
    const rows: AnnouncementRow[] = await manager.query(
      `select ${COLUMNS}, ${MOVED_AT} as moved_at from settings.announcement a where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId],
    );
    return rows[0] && fromRow(rows[0]);
  },

  /** It is told again after a while: the longer it takes, the seldomer. */
  async postpone(
    manager: EntityManager,
    { account, version }: Announcement,
  ): Promise<void> {
    await manager.query(
      `update settings.announcement set next_at = now() + least(interval '30 seconds', greatest(interval '2 seconds', now() - noted_at))
       where tenant_id = $1 and account_id = $2 and version = $3`,
      [account.tenantId, account.accountId, version.toString()],
    );
  },

  /** Strikes the note unless a newer save replaced it meanwhile. */
  async strike(manager: EntityManager, told: Announcement): Promise<void> {
    await manager.query(
      `delete from settings.announcement where tenant_id = $1 and account_id = $2 and version = $3`,
      [told.account.tenantId, told.account.accountId, told.version.toString()],
    );
  },
};
