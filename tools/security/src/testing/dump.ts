import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";

/** Every row of every table of a database as text, table by table; of some schemas only, if they are named. */
export async function dump(url: string, schema?: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // Value by value: the text of a whole row doubles quotes and backslashes, and a password with them would hide.
    const { rows } = await client.query<{ name: string; values: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name,
         string_agg(format('t.%I::text', a.attname), ', ' order by a.attnum) as values
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
         and ($1::text is null or n.nspname = $1) group by 1`,
      [schema ?? null],
    );
    const texts: string[] = [];
    for (const { name, values } of rows) {
      const { rows: found } = await client.query<{ row: string }>(
        `select concat_ws(E'\\n', ${values}) as row from ${name} t`,
      );
      texts.push(`${name}\n${found.map(({ row }) => row).join("\n")}`);
    }
    return texts;
  } finally {
    await client.end();
  }
}

export const logsOf = async (folder: string): Promise<string[]> =>
  Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
  );
