import {
  PreviewState as WirePreview,
  shownActionToWire,
  type AccountServiceImplementation,
} from "@ams-sync/contracts";
import { withTenant, type GrpcContext } from "@ams-sync/platform";
import { Inject, Injectable } from "@nestjs/common";
import { DataSource } from "typeorm";
import { STATE_DATABASE } from "../databases.js";
import { refusing } from "../refusal.js";
import * as read from "../wire/read.js";
import { Decisions } from "./decisions.js";
import { PreviewRepository, type PreviewState } from "./preview.repository.js";

export type Previews = "getPreview" | "applyPreview";

type Own = Pick<AccountServiceImplementation<GrpcContext>, Previews>;

/** The part of AccountService that shows what would be done. */
@Injectable()
export class PreviewGrpc {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    private readonly decisions: Decisions,
    private readonly previews: PreviewRepository,
  ) {}

  readonly implementation = refusing<Own>({
    getPreview: async (request) => {
      const account = read.account(request.account, "account");
      const stream = read.streamKind(request.stream, "stream");
      const row = await withTenant(this.database, account.tenantId, (manager) =>
        this.previews.find(manager, account, stream),
      );
      return {
        state: previewToWire(row.state),
        number: BigInt(row.number),
        since: row.since ?? undefined,
        counts: row.counts.map(({ action, count }) => ({
          action: shownActionToWire(action),
          count: BigInt(count),
        })),
        conflicts: row.counts.reduce(
          (sum, { conflicts }) => sum + BigInt(conflicts),
          0n,
        ),
      };
    },
    applyPreview: async (request) => {
      const account = read.account(request.account, "account");
      const stream = read.streamKind(request.stream, "stream");
      const number = read.integer(request.number, "number");
      const applied = await this.decisions.store(account, (manager) =>
        this.previews.apply(manager, account, stream, number),
      );
      return { applied: BigInt(applied) };
    },
  });
}

export const previewToWire = (state: PreviewState | null): WirePreview => {
  if (state === null) return WirePreview.UNSPECIFIED;
  return state === "planning" ? WirePreview.PLANNING : WirePreview.SHOWN;
};
