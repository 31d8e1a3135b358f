import { queueName, WAKE_UP_SYSTEMS } from "@ams-sync/contracts";
import { runMigrations } from "bullmq";
import pg from "pg";

export const QUEUE_SCHEMA = "bullmq";
/** Group role of the logins in QUEUE_DATABASE_URL: may work with jobs, not change the schema. */
export const QUEUE_ROLE = "ams_sync_queue";

/**
 * Makes the schema of the PostgreSQL queues and their role. Runs as the owner, repeatedly if need be, so that services
 * need no right to create anything.
 */
export const migrateQueues = async (url: string): Promise<void> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: "migrate bullmq",
  });
  await client.connect();
  try {
    await runMigrations(client, QUEUE_SCHEMA);
    for (const system of WAKE_UP_SYSTEMS) {
      // Makes the sequence of the queue's job ids, which the role may use but not create.
      await client.query(`select ${QUEUE_SCHEMA}.next_job_id($1)`, [
        queueName(system),
      ]);
    }
    await client.query(`
      do $$ begin
        if not exists (select from pg_roles where rolname = '${QUEUE_ROLE}') then
          create role ${QUEUE_ROLE} nologin;
        end if;
      end $$;
      grant usage on schema ${QUEUE_SCHEMA} to ${QUEUE_ROLE};
      grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to ${QUEUE_ROLE};
      grant usage, select, update on all sequences in schema ${QUEUE_SCHEMA} to ${QUEUE_ROLE};
      grant execute on all functions in schema ${QUEUE_SCHEMA} to ${QUEUE_ROLE};
    `);
  } finally {
    await client.end();
  }
};
