import { FeedServiceDefinition } from "@ams-sync/contracts";
import {
  grpcClient,
  loadGrpcTls,
  ServiceKeys,
  type GrpcClient,
  type ServiceConfig,
} from "@ams-sync/platform";

export type FeedClient = GrpcClient<FeedServiceDefinition>;

type Settings = Omit<ServiceConfig, "HTTP_PORT"> & {
  readonly STATE_ADDRESS: string;
};

/** Connects on the first call. Throws ConfigError when a key file is bad. */
export async function connectFeed(config: Settings): Promise<FeedClient> {
  return grpcClient(FeedServiceDefinition, {
    address: config.STATE_ADDRESS,
    audience: "state",
    keys: await ServiceKeys.load(config),
    tls: await loadGrpcTls(config),
  });
}
