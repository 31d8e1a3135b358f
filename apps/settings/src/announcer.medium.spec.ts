import { randomUUID } from "node:crypto";
import {
  AnnounceAccountRequest,
  SaveAccountRequest,
  StreamKind,
  System,
  type DeepPartial,
} from "@ams-sync/contracts";
import {
  createDataSource,
  EncryptionKey,
  logger,
  runMigrations,
} from "@ams-sync/platform";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { checkAccount } from "./account-input.js";
import { Announcer } from "./announcer.js";
import { CredentialVault } from "./credential-vault.js";
import { leaveAccount } from "./leave-account.js";
import { migrations } from "./migrations/index.js";
import { saveAccount } from "./save-account.js";

let postgres: Postgres;
let dataSource: DataSource;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase("ams_sync");
  await runMigrations({
    url,
    schema: "settings",
    migrations,
    log: logger("test"),
  });
  const owner = createDataSource({ url, applicationName: "spec" });
  await owner.initialize();
  await owner.query(
    `create role settings_login login password 'test' in role ams_sync_settings`,
  );
  await owner.destroy();
  dataSource = createDataSource({
    url: postgres.url("ams_sync", "settings_login", "test"),
    applicationName: "spec",
  });
  await dataSource.initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await postgres.stop();
});

const { CONTACTS, APPOINTMENTS } = StreamKind;
let told: [version: bigint, moved: StreamKind[]][];
let owners: string[][];
const state = {
  announceAccount: async (request: DeepPartial<AnnounceAccountRequest>) => {
    const { settingsVersion, movedStreams, ownerIds } =
      AnnounceAccountRequest.fromPartial(request);
    owners.push(ownerIds);
    told.push([settingsVersion, movedStreams]);
    return { ended: false };
  },
};

/** Saves the account with one container per stream, without telling anybody. */
let save: (contacts: string, appointments: string) => Promise<void>;
let disconnect: () => Promise<void>;
let announcer: Announcer;

beforeEach(() => {
  told = [];
  owners = [];
  announcer = new Announcer(dataSource, state);
  const vault = new CredentialVault(EncryptionKey.generate());
  const account = { tenantId: randomUUID(), accountId: randomUUID() };
  let expectedVersion = 0n;
  const author = { userId: "7", name: "Jürgen Schäfer" };
  disconnect = async () => {
    const leave = { account, expectedVersion, items: "remove" } as const;
    expect(await leaveAccount(dataSource, leave, author)).toBe("told");
  };
  save = async (contacts, appointments) => {
    const checked = checkAccount(
      SaveAccountRequest.fromPartial({
        account: {
          account,
          userId: "7",
          system: System.CLOUD,
          serverUrl: "https://cloud.example/dav/",
          username: "jürgen",
          contacts: { customers: true, container: contacts },
          appointments: {
            ...{ maxAgeDays: 30, container: appointments },
            ownerIds: ["7", "8"],
          },
        },
        expectedVersion,
        password: "Geheim-äöü-4711",
      }),
      false,
    );
    if (!checked.ok) throw new Error(checked.problems.join());
    const saved = await saveAccount(
      { dataSource, vault },
      checked.input,
      author,
    );
    if (!saved.ok) throw new Error(saved.message);
    expectedVersion = saved.account.version;
  };
});

test("tells all that moved since state has answered last, once", async () => {
  await save("", "");
  await announcer.flush();
  await save("/juergen/a/", "");
  await save("/juergen/a/", "/juergen/b/");
  await save("/juergen/c/", "/juergen/b/");
  await announcer.flush();
  await announcer.flush();
  await save("/juergen/c/", "/juergen/b/");
  await announcer.flush();
  expect(told.map(([version, moved]) => [version, moved.toSorted()])).toEqual([
    [1n, []],
    [4n, [CONTACTS, APPOINTMENTS].toSorted()],
    [5n, []],
  ]);
});

test("tells whose appointments are sent beside one's own", async () => {
  await save("", "");
  await announcer.flush();
  expect(owners).toEqual([["8"]]);
});

test("keeps what moved when state does not answer", async () => {
  await save("", "");
  await save("/juergen/a/", "");
  const deaf = new Announcer(dataSource, {
    announceAccount: async () => {
      throw new Error("down");
    },
  });
  await deaf.flush();
  await announcer.flush();
  expect(told).toEqual([[2n, [CONTACTS]]]);
});

test("tells what moved of an account that is being disconnected, too", async () => {
  await save("", "");
  await announcer.flush();
  await save("", "/juergen/b/");
  await disconnect();
  await announcer.flush();
  expect(told).toEqual([
    [1n, []],
    [3n, [APPOINTMENTS]],
  ]);
});

test("tells no version without what moved with it, when a save comes between", async () => {
  await save("", "");
  // A replica whose reading of the notes is overtaken.
  const query = async (sql: string, parameters: unknown[]) => {
    const rows: unknown = await dataSource.manager.query(sql, parameters);
    if (sql.includes("order by next_at")) await save("/juergen/neu/", "");
    return rows;
  };
  const replica = new Announcer(
    Object.create(dataSource, { manager: { value: { query } } }),
    state,
  );
  await replica.flush();
  await announcer.flush();
  expect(told).toEqual([[2n, [CONTACTS]]]);
});
