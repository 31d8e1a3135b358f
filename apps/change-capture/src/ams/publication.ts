import type { ClientBase } from "pg";
import {
  PUBLICATION,
  SCHEMA,
  capturedTables,
  type CapturedTable,
} from "../decode/captured-tables.js";
import type { Problem } from "../problem.js";

interface PublicationRow {
  readonly complete: boolean;
}
interface PublishedTable {
  readonly tablename: string;
  readonly columns: readonly string[];
  readonly filtered: boolean;
}

/** The publication must carry every captured table, whole, with all four operations. */
export async function checkPublication(client: ClientBase): Promise<Problem[]> {
  const { rows } = await client.query<PublicationRow>(
    "select pubinsert and pubupdate and pubdelete and pubtruncate as complete from pg_publication where pubname = $1",
    [PUBLICATION],
  );
  const publication = rows[0];
  if (publication === undefined)
    return [
      problem(
        `The publication ${PUBLICATION} is missing in the ams database. Run the ams migrations, or: ${createPublication()}`,
      ),
    ];
  const { rows: published } = await client.query<PublishedTable>(
    `select tablename::text, attnames::text[] as columns, rowfilter is not null as filtered
     from pg_publication_tables where pubname = $1 and schemaname = $2`,
    [PUBLICATION, SCHEMA],
  );
  const byName = new Map(published.map((table) => [table.tablename, table]));
  const missing = capturedTables.filter(({ name }) => !byName.has(name));
  const cut = capturedTables.filter(({ name, key }) => {
    const table = byName.get(name);
    return (
      table !== undefined &&
      (table.filtered || key.some((column) => !table.columns.includes(column)))
    );
  });
  return [
    ...(publication.complete
      ? []
      : [
          problem(
            `The publication ${PUBLICATION} does not carry all operations. Run: ALTER PUBLICATION ${PUBLICATION} SET (publish = 'insert, update, delete, truncate');`,
          ),
        ]),
    ...(missing.length === 0
      ? []
      : [
          problem(
            `The publication ${PUBLICATION} lacks ${missing.length} of the captured tables. Run: ALTER PUBLICATION ${PUBLICATION} ADD TABLE ${list(missing)};`,
          ),
        ]),
    ...cut.map((table) =>
      problem(
        `The publication ${PUBLICATION} carries ${SCHEMA}.${table.name} with a row filter or without a key column. Run: ALTER PUBLICATION ${PUBLICATION} DROP TABLE ${SCHEMA}.${table.name}; ALTER PUBLICATION ${PUBLICATION} ADD TABLE ${list([table])};`,
      ),
    ),
  ];
}

const problem = (sentence: string): Problem => ({
  kind: "publication",
  sentence,
});

const list = (tables: readonly CapturedTable[]): string =>
  tables
    .map(({ name, key }) => `${SCHEMA}.${name} (${key.join(", ")})`)
    .join(", ");

/** What the ams migrations make. */
const createPublication = (): string =>
  `CREATE PUBLICATION ${PUBLICATION} FOR TABLE ${list(capturedTables)} WITH (publish = 'insert, update, delete, truncate');`;
