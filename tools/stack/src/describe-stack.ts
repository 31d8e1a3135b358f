import { labelOf } from "./service-process.js";
import type { StackOptions } from "./stack-options.js";
import type { Stack } from "./stack.js";

/** Where to look, for people: one block of lines. */
export function describeStack(
  stack: Pick<
    Stack,
    | "services"
    | "amsAdminUrl"
    | "adminUrl"
    | "folders"
    | "issuer"
    | "consoleUrl"
  >,
  options: StackOptions,
): string {
  const services = stack.services.map(({ name, index, url, grpc }) => {
    return `  ${labelOf(name, index).padEnd(18)} ${url}${grpc === undefined ? "" : `   gRPC ${grpc}`}`;
  });
  // A given URL is known to who gave it; its password stays out of the terminal.
  const ams =
    options.amsDatabaseUrl === undefined
      ? `'${stack.amsAdminUrl}'`
      : '"$AMS_DATABASE_URL"';
  const own =
    options.databaseUrl === undefined
      ? `'${stack.adminUrl}'`
      : '"$DATABASE_URL"';
  const shown =
    stack.consoleUrl === undefined
      ? ""
      : `
The console, in a browser
  ${stack.consoleUrl}
`;
  return `${shown}
Services (each has /health/live, /health/ready and /metrics)
${services.join("\n")}

Signing in
  ${stack.issuer?.url ?? options.issuerUrl ?? ""}${stack.issuer ? " (any active user of ams, by login name and without a password)" : ""}

The ams database, with every tenant's data (psql: apt-get install postgresql-client)
  psql ${ams} -c "select customer_id, first_name, last_name, name from ams.customer limit 10"
What ams-sync remembers
  psql ${own} -c "select schemaname, relname, n_live_tup from pg_stat_user_tables order by 1, 2"
Queues
  ${options.redisUrl === undefined ? "in PostgreSQL, schema bullmq of ams-sync's database" : "in the Redis of REDIS_URL"}
Keys and tenants (docs/hosters.md)
  set -a; . ${stack.folders.secrets}/hosting.env; npm run tenant -- --help
Logs
  ${stack.folders.logs}/*.log

Only accounts that are saved in settings are synchronised, and a new stack has none. Save one in the console, or by a gRPC
call with the operator's key, ${stack.folders.secrets}/console.jwk: see "Connect a user" in README.md.
`;
}
