import {
  AppendChangesRequest,
  FeedServiceDefinition,
} from "@ams-sync/contracts";
import {
  grpcClient,
  loadGrpcTls,
  ServiceKeys,
  type GrpcClient,
  type ServiceConfig,
} from "@ams-sync/platform";

export type FeedClient = GrpcClient<typeof UNCOPIED>;

type Settings = Omit<ServiceConfig, "HTTP_PORT"> & {
  readonly STATE_ADDRESS: string;
};

/** nice-grpc copies what it sends, field by field; a batch is whole and has thousands of entries in each column. */
const UNCOPIED = {
  ...FeedServiceDefinition,
  methods: {
    ...FeedServiceDefinition.methods,
    appendChanges: {
      ...FeedServiceDefinition.methods.appendChanges,
      requestType: {
        ...AppendChangesRequest,
        fromPartial: (request: AppendChangesRequest) => request,
      },
    },
  },
};

/** Connects on the first call. Throws ConfigError when a key file is bad. */
export async function connectFeed(config: Settings): Promise<FeedClient> {
  return grpcClient(UNCOPIED, {
    address: config.STATE_ADDRESS,
    audience: "state",
    keys: await ServiceKeys.load(config),
    tls: await loadGrpcTls(config),
  });
}
