import { randomUUID } from "node:crypto";
import { createDataSource, runMigrations } from "@ams-sync/platform";
import { migrations } from "@ams-sync/settings/migrations";
import { MIGRATIONS } from "@ams-sync/state/migrations";
import { startPostgres } from "@ams-sync/testing";
import type { DataSource } from "typeorm";
import { openDatabase, type Database } from "../database.js";

const PASSWORD = "nur-für-Tests";
const LOGINS = ["settings", "state", "keys", "tenants"] as const;
export type Login = (typeof LOGINS)[number];

export interface Hosted {
  /** As members of the group roles that the migrations made. */
  url(login: Login): string;
  open(login: Login): Promise<Database>;
  /** As the service has it. */
  service(
    login: "settings" | "state",
    applicationName?: string,
  ): Promise<DataSource>;
  /** Row-level security does not bind it: to look and to lay out, not to act. */
  readonly superuser: Database;
  stop(): Promise<void>;
}

/** Both schemas in one database, migrated by an owner that is no superuser. */
export async function hosted(): Promise<Hosted> {
  const postgres = await startPostgres();
  const superuser = await openDatabase(await postgres.createDatabase("own"));
  await superuser.query(
    `create role owner login createrole password '${PASSWORD}'; alter database own owner to owner`,
  );
  for (const [schema, all] of [
    ["state", MIGRATIONS],
    ["settings", migrations],
  ] as const)
    await runMigrations({
      url: postgres.url("own", "owner", PASSWORD),
      ...{ schema, migrations: all, log: { info: () => undefined } },
    });
  for (const login of LOGINS)
    await superuser.query(
      `create role ${login}_login login password '${PASSWORD}' in role ams_sync_${login}`,
    );
  const url = (login: Login) => postgres.url("own", `${login}_login`, PASSWORD);
  const toClose: (() => Promise<unknown>)[] = [() => superuser.end()];
  return {
    url,
    superuser,
    open: async (login) => {
      const database = await openDatabase(url(login));
      toClose.push(() => database.end());
      return database;
    },
    service: async (login, applicationName = `spec ${randomUUID()}`) => {
      const service = createDataSource({ url: url(login), applicationName });
      await service.initialize();
      toClose.push(async () => service.isInitialized && service.destroy());
      return service;
    },
    stop: async () => {
      for (const close of toClose) await close();
      await postgres.stop();
    },
  };
}
