import {
  AccountServiceDefinition,
  FeedServiceDefinition,
  RunServiceDefinition,
} from "@ams-sync/contracts";
import {
  loadGrpcTls,
  logger,
  serveGrpc,
  ServiceKeys,
  type GrpcServer as Server,
} from "@ams-sync/platform";
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from "@nestjs/common";
import { AccountGrpc } from "./account/account.grpc.js";
import { PreviewGrpc } from "./account/preview.grpc.js";
import { QuestionsGrpc } from "./account/questions.grpc.js";
import { STATE_CONFIG, type StateConfig } from "./config.js";
import { FeedGrpc } from "./feed/feed.grpc.js";
import { CONNECTORS } from "./run/callers.js";
import { RunGrpc } from "./run/run.grpc.js";

const CAPTURE = ["change-capture"];
const PEOPLE = ["settings", "console"];

/** Serves the three services, each method to the services that need it. */
@Injectable()
export class GrpcServer
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private server: Server | undefined;

  constructor(
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
    private readonly feed: FeedGrpc,
    private readonly runs: RunGrpc,
    private readonly accounts: AccountGrpc,
    private readonly questions: QuestionsGrpc,
    private readonly previews: PreviewGrpc,
  ) {}

  /** The port it listens on, once it does. */
  get port(): number | undefined {
    return this.server?.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { config } = this;
    this.server = await serveGrpc({
      host: config.GRPC_HOST,
      port: config.GRPC_PORT,
      keys: await ServiceKeys.load(config),
      tls: await loadGrpcTls(config),
      services: [
        {
          definition: FeedServiceDefinition,
          implementation: this.feed.implementation,
          callers: {
            openSource: CAPTURE,
            beginSnapshot: CAPTURE,
            appendChanges: CAPTURE,
            finishSnapshot: CAPTURE,
            stopSource: CAPTURE,
            approveAbsent: [...CAPTURE, "console"],
          },
        },
        {
          definition: RunServiceDefinition,
          implementation: this.runs.implementation,
          callers: {
            beginRun: CONNECTORS,
            renewRun: CONNECTORS,
            bindContainer: CONNECTORS,
            takeIn: CONNECTORS,
            takeInRemote: CONNECTORS,
            nextWork: CONNECTORS,
            commit: CONNECTORS,
            findItems: CONNECTORS,
            endRun: CONNECTORS,
            hearOfChanges: CONNECTORS,
            verifyRun: ["settings"],
          },
        },
        {
          definition: AccountServiceDefinition,
          implementation: {
            ...this.accounts.implementation,
            ...this.questions.implementation,
            ...this.previews.implementation,
          },
          callers: {
            announceAccount: PEOPLE,
            resetStream: PEOPLE,
            listAccounts: PEOPLE,
            listSetAside: PEOPLE,
            listHeld: PEOPLE,
            approveHeld: PEOPLE,
            listLeft: PEOPLE,
            decideItem: PEOPLE,
            listLost: PEOPLE,
            decideLost: PEOPLE,
            listConflicts: PEOPLE,
            getPreview: PEOPLE,
            applyPreview: PEOPLE,
          },
        },
      ],
    });
    logger("grpc").info({ port: this.server.port }, "gRPC listens");
  }

  /** Before the databases close. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.server?.close();
  }
}
