import {
  createDataSource,
  queueBackend,
  type Readiness,
} from "@ams-sync/platform";
import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from "@nestjs/common";
import { DataSource } from "typeorm";
import { AccountGrpc } from "./account/account.grpc.js";
import { AccountRepository } from "./account/account.repository.js";
import { Announce } from "./account/announce.js";
import { ConflictRepository } from "./account/conflict.repository.js";
import { Decisions } from "./account/decisions.js";
import { Depart } from "./account/depart.js";
import { FormerPlaces } from "./account/former-place.js";
import { FormerPlaceRepository } from "./account/former-place.repository.js";
import { DepartureRepository } from "./account/departure.repository.js";
import { HeldRepository } from "./account/held.repository.js";
import { LeftRepository } from "./account/left.repository.js";
import { LostRepository } from "./account/lost.repository.js";
import { PreviewGrpc } from "./account/preview.grpc.js";
import { PreviewRepository } from "./account/preview.repository.js";
import { QuestionsGrpc } from "./account/questions.grpc.js";
import { RecordRepository } from "./account/record.repository.js";
import { StatusRepository } from "./account/status.repository.js";
import { STATE_CONFIG, type StateConfig } from "./config.js";
import { SCHEDULE_DATABASE, STATE_DATABASE } from "./databases.js";
import { SourceEntity } from "./entities/source.entity.js";
import { FeedGrpc } from "./feed/feed.grpc.js";
import { FeedRepository } from "./feed/feed.repository.js";
import { FeedWriter } from "./feed/feed-writer.js";
import { SnapshotEnd } from "./feed/snapshot-end.js";
import { SourceRepository } from "./feed/source.repository.js";
import { WakeRepository } from "./feed/wake.repository.js";
import { GrpcServer } from "./grpc-server.js";
import { MailRepository } from "./mail/mail.repository.js";
import { MailService } from "./mail/open-mail.js";
import { openRest, type RestRoom } from "./rest/open-rest.js";
import { Ahead } from "./run/ahead.js";
import { Begin } from "./run/begin.js";
import { Commit } from "./run/commit.js";
import { CommitRepository } from "./run/commit.repository.js";
import { ContainerRepository } from "./run/container.repository.js";
import { End } from "./run/end.js";
import { EndRepository } from "./run/end.repository.js";
import { GuardRepository } from "./run/guard.repository.js";
import { HearingRepository } from "./run/hearing.repository.js";
import { IntakeRepository } from "./run/intake.repository.js";
import { JournalRepository } from "./run/journal.repository.js";
import { TrialRepository } from "./run/trial.repository.js";
import { LeaseRepository } from "./run/lease.repository.js";
import { RemoteIntakeRepository } from "./run/remote-intake.repository.js";
import { RunGrpc } from "./run/run.grpc.js";
import { RunRepository } from "./run/run.repository.js";
import { SliceRepository } from "./run/slice.repository.js";
import { Slices } from "./run/slices.js";
import { TargetRepository } from "./run/target.repository.js";
import { FiguresMetrics } from "./sweep/figures.js";
import { NOW, Retention } from "./sweep/retention.js";
import { RetentionRepository } from "./sweep/retention.repository.js";
import { ScheduleRepository } from "./sweep/schedule.repository.js";
import { QUEUES, Sweep } from "./sweep/sweep.js";

const feed = [
  SourceRepository,
  FeedRepository,
  WakeRepository,
  FeedWriter,
  SnapshotEnd,
  FeedGrpc,
];
const run = [
  LeaseRepository,
  RunRepository,
  Ahead,
  Begin,
  TargetRepository,
  ContainerRepository,
  IntakeRepository,
  RemoteIntakeRepository,
  SliceRepository,
  GuardRepository,
  Slices,
  CommitRepository,
  TrialRepository,
  JournalRepository,
  Commit,
  EndRepository,
  End,
  HearingRepository,
  RunGrpc,
];
const account = [
  AccountRepository,
  StatusRepository,
  Announce,
  DepartureRepository,
  FormerPlaceRepository,
  FormerPlaces,
  Depart,
  HeldRepository,
  LeftRepository,
  LostRepository,
  ConflictRepository,
  RecordRepository,
  Decisions,
  PreviewRepository,
  PreviewGrpc,
  QuestionsGrpc,
  AccountGrpc,
];
const sweep = [
  ScheduleRepository,
  Sweep,
  RetentionRepository,
  Retention,
  { provide: NOW, useValue: () => new Date() },
  FiguresMetrics,
];

const mail = [MailRepository, MailService];

const REST_ROOM = Symbol("what the API for people opened");

/** Opens the databases before anything is built upon them; closes them after all else. */
@Module({})
export class StateModule implements OnApplicationShutdown {
  constructor(
    @Inject(STATE_DATABASE) private readonly state: DataSource,
    @Inject(SCHEDULE_DATABASE) private readonly schedule: DataSource,
    @Inject(REST_ROOM) private readonly rest: RestRoom,
  ) {}

  static async open(
    config: StateConfig,
  ): Promise<{ module: DynamicModule; readiness: Readiness }> {
    const state = createDataSource({
      url: config.DATABASE_URL,
      entities: [SourceEntity],
      applicationName: "ams-sync state",
      poolSize: 20,
    });
    const schedule = createDataSource({
      url: config.SCHEDULE_DATABASE_URL,
      applicationName: "ams-sync state schedule",
      poolSize: 3,
    });
    const rest = await openRest(config);
    await state.initialize();
    await schedule.initialize();
    return {
      module: {
        module: StateModule,
        controllers: rest.controllers,
        providers: [
          { provide: REST_ROOM, useValue: rest },
          ...rest.providers,
          { provide: STATE_CONFIG, useValue: config },
          { provide: QUEUES, useValue: queueBackend(config) },
          { provide: STATE_DATABASE, useValue: state },
          { provide: SCHEDULE_DATABASE, useValue: schedule },
          ...feed,
          ...run,
          ...account,
          ...sweep,
          ...mail,
          GrpcServer,
        ],
      },
      // Not the queues: without them changes are stored all the same, and the sweep repeats what was lost.
      readiness: {
        state: async () => {
          await state.query("select 1");
        },
        schedule: async () => {
          await schedule.query("select 1");
        },
      },
    };
  }

  async onApplicationShutdown(): Promise<void> {
    this.rest.close();
    await this.state.destroy();
    await this.schedule.destroy();
  }
}
