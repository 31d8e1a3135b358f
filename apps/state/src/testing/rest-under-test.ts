import { RIGHTS } from "@ams-sync/ams/rights";
import { SettingsServiceDefinition } from "@ams-sync/contracts";
import { boot, httpAdapter, serveGrpc } from "@ams-sync/platform";
import {
  freePort,
  startPostgres,
  type PostgresOptions,
} from "@ams-sync/testing";
import { startIssuer, type Issuer } from "@ams-sync/testing/issuer";
import {
  asking,
  BOSS,
  combinationsOf,
  loginOf,
  OURS,
  routesOf,
  THEIRS,
  type Route,
} from "@ams-sync/testing/rest";
import { ServerError, Status } from "nice-grpc-common";
import { Office } from "./office.js";
import { StateUnderTest } from "./state-under-test.js";

export { BOSS, loginOf, OURS, THEIRS };
/** The user's id is 10 + its number. */
export const COMBINATIONS = combinationsOf(Object.values(RIGHTS));

export interface RestUnderTest {
  readonly url: string;
  readonly state: StateUnderTest;
  readonly office: Office;
  readonly issuer: Issuer;
  readonly routes: readonly Route[];
  /** What ams says through settings: rights by "tenant/user"; who is not there is nobody. */
  readonly rights: Map<string, readonly string[]>;
  readonly settings: {
    down: boolean;
    asked: number;
    /** Records that users do not see, by "user/record". */
    readonly hidden: Set<string>;
  };
  readonly ask: Awaited<ReturnType<typeof asking>>["ask"];
  stop(): Promise<void>;
}

/** state's API over real PostgreSQL and a real issuer; who stands in for settings is at the other end of real gRPC. */
export async function restUnderTest(
  env: NodeJS.ProcessEnv = {},
  postgresSettings: PostgresOptions["settings"] = {},
): Promise<RestUnderTest> {
  const postgres = await startPostgres({ settings: postgresSettings });
  const rights = new Map<string, readonly string[]>();
  const users = [
    ...brokerage(rights, OURS, 10, "mit"),
    ...brokerage(rights, THEIRS, 50, "fremd"),
    { login: "nie", name: "Nie", tenantId: OURS, userId: "999" },
    { login: "betrieb", name: "Betrieb", roles: ["hoster"] },
  ];
  const issuer = await startIssuer({ users: async () => users });
  const settings = { down: false, asked: 0, hidden: new Set<string>() };
  const settingsPort = await freePort();
  let routes: readonly Route[] = [];
  let url = "";
  const state = await StateUnderTest.on(
    postgres,
    {
      SIGN_IN_ISSUER: issuer.url,
      SETTINGS_ADDRESS: `127.0.0.1:${settingsPort}`,
      LOG_LEVEL: "silent",
      ...env,
    },
    async (config, module) => {
      const adapter = httpAdapter();
      routes = routesOf(adapter.getInstance());
      const app = await boot("state", { config, module }, adapter);
      url = await app.getUrl();
      return app;
    },
  );
  const server = await serveGrpc({
    ...{ host: "127.0.0.1", port: settingsPort },
    keys: state.keysOf("settings"),
    services: [
      {
        definition: SettingsServiceDefinition,
        implementation: {
          ...NOT_HERE,
          getRights: async ({ tenantId, userId }) => {
            settings.asked += 1;
            if (settings.down)
              throw new ServerError(Status.UNAVAILABLE, "ams is away");
            const known = rights.get(`${tenantId}/${userId}`);
            return { active: known !== undefined, rights: [...(known ?? [])] };
          },
          listVisibleRecords: async ({ userId, records }) => {
            if (settings.down)
              throw new ServerError(Status.UNAVAILABLE, "ams is away");
            return {
              visible: records.filter(
                ({ recordId }) => !settings.hidden.has(`${userId}/${recordId}`),
              ),
              gone: [],
            };
          },
        },
        callers: {
          ...{ saveAccount: [], getAccount: [], listAccounts: [] },
          ...{ getCredential: [], renewCredential: [], getRights: ["state"] },
          listMailboxes: ["state"],
          listVisibleRecords: ["state"],
        },
      },
    ],
  });
  const { ask } = await asking(`${url}/api/v1/state`);
  return {
    ...{ url, state, issuer, routes, rights, settings, ask },
    office: new Office(state),
    stop: async () => {
      await state.stop();
      await server.close();
      await issuer.stop();
      await postgres.stop();
    },
  };
}

const refuse = async (): Promise<never> => {
  throw new ServerError(Status.UNIMPLEMENTED, "not here");
};
const NOT_HERE = {
  ...{ saveAccount: refuse, getAccount: refuse },
  ...{ listAccounts: refuse, getCredential: refuse, renewCredential: refuse },
  listMailboxes: refuse,
};

function brokerage(
  rights: Map<string, readonly string[]>,
  tenantId: string,
  first: number,
  name: string,
) {
  return COMBINATIONS.map((some, number) => {
    const userId = `${first + number}`;
    rights.set(`${tenantId}/${userId}`, some);
    const login = `${name}${number}`;
    return { login, name: login, tenantId, userId };
  });
}
