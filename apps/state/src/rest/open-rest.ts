import { rightName } from "@ams-sync/ams/rights";
import { loadGrpcTls, ServiceKeys } from "@ams-sync/platform";
import { ProblemFilter, REST, type RestParts } from "@ams-sync/platform/rest";
import { TokenVerifier } from "@ams-sync/platform/sign-in";
import type { DynamicModule } from "@nestjs/common";
import { APP_FILTER } from "@nestjs/core";
import { RunsRepository } from "../account/runs.repository.js";
import type { StateConfig } from "../config.js";
import { API } from "./api.js";
import { Progress } from "./progress.js";
import { Rights, SIGHT } from "./rights.js";

export type RestRoom = Required<
  Pick<DynamicModule, "controllers" | "providers">
> & { close(): void };

/** The API for people; nothing of it where nobody vouches for them. */
export async function openRest(config: StateConfig): Promise<RestRoom> {
  const { SIGN_IN_ISSUER: issuer, SETTINGS_ADDRESS: address } = config;
  if (issuer === undefined || address === undefined)
    return { controllers: [], providers: [], close: () => undefined };
  const rights = new Rights({
    address,
    keys: await ServiceKeys.load(config),
    tls: await loadGrpcTls(config),
  });
  const rest: RestParts = {
    verifier: new TokenVerifier({ ...config, issuer }),
    rightsOf: rights.rightsOf,
    rightName,
  };
  return {
    controllers: API.controllers,
    providers: [
      { provide: REST, useValue: rest },
      { provide: SIGHT, useValue: rights.visible },
      { provide: APP_FILTER, useClass: ProblemFilter },
      RunsRepository,
      Progress,
    ],
    close: () => rights.close(),
  };
}
