import type { RunRef, RunServiceImplementation } from "@ams-sync/contracts";
import { withTenant, type GrpcContext } from "@ams-sync/platform";
import { Inject, Injectable } from "@nestjs/common";
import { DataSource, type EntityManager } from "typeorm";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import { STATE_DATABASE } from "../databases.js";
import { refusing } from "../refusal.js";
import { Sweep } from "../sweep/sweep.js";
import * as read from "../wire/read.js";
import type { AccountKey } from "../wire/read.js";
import { begunToWire, portionToWire } from "./answers.js";
import { Begin } from "./begin.js";
import { systemOfCaller } from "./callers.js";
import { Commit } from "./commit.js";
import { ContainerRepository } from "./container.repository.js";
import { End } from "./end.js";
import { HearingRepository } from "./hearing.repository.js";
import { IntakeRepository } from "./intake.repository.js";
import { LeaseRepository, lockOf, type RunKey } from "./lease.repository.js";
import { RemoteIntakeRepository } from "./remote-intake.repository.js";
import { JournalRepository } from "./journal.repository.js";
import { aheadOf, endOf, jobLockOf, lastOf, runOf } from "./requests.js";
import { Slices } from "./slices.js";

/** Two of a key are a question already. */
const FOUND_MAX = 10;

/** RunService on the wire: requests are checked here, then one transaction each. */
@Injectable()
export class RunGrpc {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
    private readonly leases: LeaseRepository,
    private readonly beginning: Begin,
    private readonly containers: ContainerRepository,
    private readonly intake: IntakeRepository,
    private readonly remoteIntake: RemoteIntakeRepository,
    private readonly slices: Slices,
    private readonly journal: JournalRepository,
    private readonly committing: Commit,
    private readonly ending: End,
    private readonly hearing: HearingRepository,
    private readonly sweep: Sweep,
  ) {}

  readonly implementation = refusing<RunServiceImplementation<GrpcContext>>({
    beginRun: async (request, context) => {
      const account = read.account(request.account, "account");
      const system = read.system(request.system, "system");
      if (system !== systemOfCaller(context))
        throw read.invalid("system", "must be the caller's own");
      const worker = read.text(request.worker, "worker", {
        least: 0,
        most: 200,
      });
      const jobLockMs = jobLockOf(request);
      const ahead = aheadOf(request, read.SLICE_MAX);
      const lease = this.leaseFromNow();
      const begun = await this.locked(account, (manager) =>
        this.beginning.begin(
          manager,
          account,
          system,
          { worker, jobLockMs },
          ahead,
        ),
      );
      return begunToWire(begun, lease());
    },
    renewRun: async (request, context) => {
      const lease = this.leaseFromNow();
      await this.asRun(request, context, async () => undefined);
      return lease();
    },
    bindContainer: async (request, context) => {
      const stream = read.streamKind(request.stream, "stream");
      const where = read.containerOf(request.container);
      const boundAt = await this.asRun(request.run, context, (manager, run) =>
        this.containers.bind(manager, run, stream, {
          system: run.system,
          ...where,
        }),
      );
      return { boundAt };
    },
    takeIn: async (request, context) => {
      const stream = read.streamKind(request.stream, "stream");
      const kinds = request.kinds.map((kind, index) =>
        read.recordKindIn(stream, kind, `kinds[${index}]`),
      );
      const taken = await this.asRun(request.run, context, (manager, run) =>
        this.intake.takeIn(manager, run, stream, kinds),
      );
      return { taken };
    },
    takeInRemote: async (request, context) => {
      const stream = read.streamKind(request.stream, "stream");
      const changes = read.remoteChangesOf(request);
      const page = read.pageOf(request);
      const taken = await this.asRun(request.run, context, (manager, run) =>
        this.remoteIntake.takeIn(manager, run, stream, changes, page),
      );
      return { taken };
    },
    nextWork: async (request, context) => {
      const stream = read.streamKind(request.stream, "stream");
      const limit = read.within(request.limit, "limit", 1, read.SLICE_MAX);
      const portion = await this.asRun(request.run, context, (manager, run) =>
        this.slices.next(manager, run, stream, limit),
      );
      return portionToWire(portion);
    },
    findItems: async (request, context) => {
      const stream = read.streamKind(request.stream, "stream");
      const keys = read.keysOf(request.keys);
      const found = await this.asRun(request.run, context, (manager, run) =>
        this.journal.find(manager, run, stream, keys, FOUND_MAX),
      );
      return { found: [...found] };
    },
    commit: async (request, context) => {
      const run = runOf(request.run, systemOfCaller(context));
      const stream = read.streamKind(request.stream, "stream");
      const results = read.resultsOf(request, stream);
      const lease = this.leaseFromNow();
      await this.locked(run, (manager) =>
        this.committing.commit(manager, run, stream, results),
      );
      return { lease: lease() };
    },
    endRun: async (request, context) => {
      const run = runOf(request.run, systemOfCaller(context));
      const end = endOf(request);
      const last = lastOf(request);
      const more = await this.locked(run, async (manager) => {
        for (const { stream, results } of last)
          await this.committing.commit(manager, run, stream, results);
        return this.ending.end(manager, run, end);
      });
      return { more };
    },
    hearOfChanges: async (request, context) => {
      const account = read.account(request.account, "account");
      const system = systemOfCaller(context);
      const stream = read.streamKind(request.stream, "stream");
      const { unwatched } = request;
      const woken = await this.locked(account, (manager) =>
        this.hearing.hear(manager, account, system, { stream, unwatched }),
      );
      // Not awaited: a queue that is away must not hold up who tells.
      if (woken) void this.sweep.wake(account, system);
      return { woken };
    },
    verifyRun: async (request) => {
      const system = read.system(request.system, "system");
      const run = runOf(request.run, system);
      const held = await withTenant(this.database, run.tenantId, (manager) =>
        this.leases.isHeld(manager, run),
      );
      return { held };
    },
  });

  /** What will be left of a lease that is written after this moment, whenever it is asked. */
  private leaseFromNow(): () => { readonly remainingMs: number } {
    const from = performance.now();
    return () => ({
      remainingMs: Math.max(
        0,
        Math.floor(this.config.LEASE_MS - (performance.now() - from)),
      ),
    });
  }

  /** One transaction under the account's lock. */
  private locked<T>(
    account: AccountKey,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    const { tenantId } = account;
    return withTenant(this.database, tenantId, work, lockOf(account));
  }

  /** One transaction under the run's lease, which it extends. */
  private async asRun<T>(
    ref: RunRef | undefined,
    context: Pick<GrpcContext, "caller">,
    work: (manager: EntityManager, run: RunKey) => Promise<T>,
  ): Promise<T> {
    const run = runOf(ref, systemOfCaller(context));
    return this.locked(run, async (manager) => {
      await this.leases.hold(manager, run, this.config.LEASE_MS);
      return work(manager, run);
    });
  }
}
