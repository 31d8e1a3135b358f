import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrateAms } from "../migrate-ams.js";

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

const asked = async <T extends object>(
  url: string,
  sql: string,
): Promise<readonly T[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
};

it.each(["LATIN1", "SQL_ASCII"])(
  "a database in %s is refused before anything is made in it, with what to do",
  async (encoding) => {
    const name = `ams_${encoding.toLowerCase()}`;
    await asked(
      postgres.adminUrl,
      `create database ${name} encoding '${encoding}' locale_provider libc locale 'C' template template0`,
    );
    const url = postgres.url(name);
    await expect(migrateAms(url)).rejects.toThrow(
      `The database "${name}" has the encoding ${encoding}, and ams-sync needs UTF8`,
    );
    expect(
      await asked(url, "select from pg_namespace where nspname = 'ams'"),
    ).toEqual([]);
  },
);
