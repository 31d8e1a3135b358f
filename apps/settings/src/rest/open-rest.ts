import { AmsDirectory, amsUrlsOf } from "@ams-sync/ams";
import { ConnectorServiceDefinition } from "@ams-sync/contracts";
import {
  grpcClient,
  type GrpcClient,
  type GrpcTls,
  type ServiceKeys,
} from "@ams-sync/platform";
import { TokenVerifier } from "@ams-sync/platform/sign-in";
import { SYSTEMS, type System } from "@ams-sync/sync-core";
import type { DynamicModule } from "@nestjs/common";
import type { DataSource } from "typeorm";
import type { Announcer } from "../announcer.js";
import type { SettingsConfig } from "../config.js";
import type { CredentialVault } from "../credential-vault.js";
import { CHECK_DEADLINE_MS, LoginCheck } from "../logins/login-check.js";
import { LoginTries } from "../logins/tries.js";
import { AccountService } from "./account-service.js";
import { People } from "./people.js";
import { RestModule } from "./rest.module.js";

export interface RestNeeds {
  readonly config: SettingsConfig;
  readonly keys: ServiceKeys;
  readonly tls: GrpcTls | undefined;
  readonly dataSource: DataSource;
  readonly vault: CredentialVault;
  readonly announcer: Announcer;
}

export interface OpenRest {
  readonly module: DynamicModule;
  readonly people: People;
  close(): Promise<void>;
}

type Connector = GrpcClient<typeof ConnectorServiceDefinition>;

/** The API for people; undefined where nobody vouches for them. */
export async function openRest(
  needs: RestNeeds,
): Promise<OpenRest | undefined> {
  const { config, dataSource, vault, announcer } = needs;
  const { SIGN_IN_ISSUER: issuer } = config;
  if (issuer === undefined) return undefined;
  const ams = new AmsDirectory((await amsUrlsOf(config)).values(), "settings");
  const connectors = connectorsOf(needs);
  const people = new People(ams);
  const logins = new LoginCheck(connectors, new LoginTries(dataSource));
  const rules = {
    allow: config.EGRESS_ALLOW,
    allowInsecureServers: config.ALLOW_INSECURE_SERVERS,
  };
  const shared = { dataSource, vault, people, logins, rules };
  return {
    people,
    module: RestModule.of(
      {
        ...shared,
        accounts: new AccountService({ ...shared, announcer }),
        signIn: {
          issuer,
          clientId: config.SIGN_IN_CLIENT_ID,
          scope: config.SIGN_IN_SCOPE,
          audience: config.SIGN_IN_AUDIENCE,
        },
      },
      new TokenVerifier({ ...config, issuer }),
    ),
    close: async () => {
      for (const connector of connectors.values()) connector.close();
      await ams.close();
    },
  };
}

/** One for each system that there is a connector for. */
function connectorsOf({
  config,
  keys,
  tls,
}: RestNeeds): ReadonlyMap<System, Connector> {
  const connectors = new Map<System, Connector>();
  for (const system of SYSTEMS) {
    const address = config[ADDRESS[system]];
    if (address === undefined) continue;
    connectors.set(
      system,
      grpcClient(ConnectorServiceDefinition, {
        ...{ address, audience: `${system}-connector`, keys, tls },
        deadlineMs: CHECK_DEADLINE_MS,
      }),
    );
  }
  return connectors;
}

const ADDRESS = {
  cloud: "CLOUD_CONNECTOR_ADDRESS",
  outlook: "OUTLOOK_CONNECTOR_ADDRESS",
  tobit: "TOBIT_CONNECTOR_ADDRESS",
  google: "GOOGLE_CONNECTOR_ADDRESS",
} as const;
