import {
  recordKindToWire,
  RecordKind,
  streamKindToWire,
  systemToWire,
  type AccountServiceImplementation,
  type AccountStatus,
  type AnnounceAccountRequest,
  type SetAsideEntry,
} from "@ams-sync/contracts";
import { withTenant, type GrpcContext } from "@ams-sync/platform";
import { Inject, Injectable } from "@nestjs/common";
import { DataSource } from "typeorm";
import { STATE_DATABASE } from "../databases.js";
import { Refusal, refusing } from "../refusal.js";
import { LeaseRepository } from "../run/lease.repository.js";
import { healthToWire } from "../wire/health.js";
import { Sweep } from "../sweep/sweep.js";
import * as read from "../wire/read.js";
import { AccountRepository } from "./account.repository.js";
import { Announce, type Announcement } from "./announce.js";
import { Depart, type Departure } from "./depart.js";
import type { FormerPlace } from "./former-place.js";
import type { Move } from "./move.js";
import { previewToWire, type Previews } from "./preview.grpc.js";
import type { Questions } from "./questions.grpc.js";
import {
  StatusRepository,
  type SetAsideRow,
  type StatusRow,
} from "./status.repository.js";

const LIST_MAX = 1_000;
const LIST_DEFAULT = 100;

type Own = Omit<
  AccountServiceImplementation<GrpcContext>,
  Questions | Previews
>;

/** AccountService on the wire: requests are checked here, then one transaction each. */
@Injectable()
export class AccountGrpc {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    private readonly announcing: Announce,
    private readonly departing: Depart,
    private readonly leases: LeaseRepository,
    private readonly accounts: AccountRepository,
    private readonly statuses: StatusRepository,
    private readonly sweep: Sweep,
  ) {}

  readonly implementation = refusing<Own>({
    announceAccount: async (request) => {
      const departure = departureOf(request);
      if (departure) return { ended: await this.part(departure) };
      const announcement = announcementOf(request);
      const { account, system } = announcement;
      const changed = await withTenant(
        this.database,
        account.tenantId,
        (manager) => this.announcing.announce(manager, announcement),
      );
      // Not awaited: a queue that is away must not hold up who saves.
      if (changed) void this.sweep.wake(account, system);
      return { ended: false };
    },
    resetStream: async (request) => {
      const account = read.account(request.account, "account");
      const stream = read.streamKind(request.stream, "stream");
      const known = await withTenant(
        this.database,
        account.tenantId,
        async (manager) =>
          (await this.leases.lock(manager, account)) !== undefined &&
          this.accounts.reset(manager, account, stream, request.preview),
      );
      if (!known)
        throw new Refusal("unknown", `There is no such stream of ${stream}.`);
      return {};
    },
    listAccounts: async (request) => {
      const tenantId = read.uuid(request.tenantId, "tenant_id");
      const rows = await withTenant(this.database, tenantId, (manager) =>
        this.statuses.accounts(manager, tenantId),
      );
      return { accounts: rows.map((row) => statusToWire(tenantId, row)) };
    },
    listSetAside: async (request) => {
      const account = read.account(request.account, "account");
      const limit =
        read.within(request.limit, "limit", 0, LIST_MAX) || LIST_DEFAULT;
      const after = read.integer(request.after, "after");
      const rows = await withTenant(
        this.database,
        account.tenantId,
        (manager) => this.statuses.setAside(manager, account, limit, after),
      );
      return { entries: rows.map(setAsideToWire) };
    },
  });

  /** @returns whether it has ended */
  private async part(departure: Departure): Promise<boolean> {
    const { account } = departure;
    const { ended, system } = await withTenant(
      this.database,
      account.tenantId,
      async (manager) => {
        const known = await this.leases.lock(manager, account);
        const through = await this.departing.tell(manager, departure);
        return { ended: through, system: known?.system };
      },
    );
    if (!ended && system && departure.items === "remove")
      void this.sweep.wake(account, system);
    return ended;
  }
}

const departureOf = (
  request: AnnounceAccountRequest,
): Departure | undefined => {
  const items = read.departure(request.leaving, "leaving");
  return (
    items && {
      items,
      account: read.account(request.account, "account"),
      settingsVersion: read.integer(
        request.settingsVersion,
        "settings_version",
      ),
      moves: movesOf(request),
      credentialChanged: request.credentialChanged,
      formerPlaces: formerPlacesOf(request),
    }
  );
};

const movesOf = (request: AnnounceAccountRequest): Move[] =>
  request.movedStreams.map((stream, index) => ({
    kind: read.streamKind(stream, `moved_streams[${index}]`),
    since: read.integer(
      request.movedSince[index] ?? 0n,
      `moved_since[${index}]`,
    ),
  }));

const formerPlacesOf = (request: AnnounceAccountRequest): FormerPlace[] =>
  request.formerPlaces.map(({ accountId, streams, since }, index) => ({
    accountId: read.uuid(accountId, `former_places[${index}].account_id`),
    streams: streams.map((stream, at) => ({
      kind: read.streamKind(stream, `former_places[${index}].streams`),
      since: read.integer(since[at] ?? 0n, `former_places[${index}].since`),
    })),
  }));

const announcementOf = (request: AnnounceAccountRequest): Announcement => ({
  account: read.account(request.account, "account"),
  userId: read.amsId(request.userId, "user_id"),
  ownerIds: request.ownerIds.map((owner, index) =>
    read.amsId(owner, `owner_ids[${index}]`),
  ),
  system: read.system(request.system, "system"),
  streams: request.streams.map((stream, index) =>
    read.streamKind(stream, `streams[${index}]`),
  ),
  moves: movesOf(request),
  settingsVersion: read.integer(request.settingsVersion, "settings_version"),
  credentialChanged: request.credentialChanged,
  preview: request.preview,
  formerPlaces: formerPlacesOf(request),
});

const statusToWire = (tenantId: string, row: StatusRow): AccountStatus => ({
  account: { tenantId, accountId: row.accountId },
  userId: row.userId,
  system: systemToWire(row.system),
  health: healthToWire(row.health),
  errorKind: row.errorKind ?? "",
  errorMessage: row.errorMessage ?? "",
  lastSuccessAt: row.lastSuccessAt ?? undefined,
  dueAt: row.dueAt ?? undefined,
  running: row.running,
  streams: row.streams.map((stream) => ({
    kind: streamKindToWire(stream.kind),
    container: stream.container ?? "",
    pending: BigInt(stream.pending),
    setAside: BigInt(stream.setAside),
    links: BigInt(stream.links),
    takenIn: stream.takenIn,
    held: BigInt(stream.held),
    heldAt: stream.heldAt === null ? undefined : new Date(stream.heldAt),
    unlinked: BigInt(stream.unlinked),
    preview: previewToWire(stream.preview),
  })),
});

const setAsideToWire = (row: SetAsideRow): SetAsideEntry => ({
  entryId: BigInt(row.entryId),
  stream: streamKindToWire(row.stream),
  kind: row.kind === null ? RecordKind.UNSPECIFIED : recordKindToWire(row.kind),
  recordId: row.recordId ?? "",
  itemId: row.itemId ?? "",
  code: row.code,
  message: row.message,
  attempts: row.attempts,
  nextAttemptAt: row.nextAttemptAt ?? undefined,
});
