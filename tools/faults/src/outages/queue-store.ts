import { connect } from "node:net";
import type { Stack } from "@ams-sync/stack";
import { startRedis } from "@ams-sync/testing";
import { execute } from "./sql.js";

/** Where the wake-ups of a stack are kept, and how one takes it away. */
export interface QueueStore {
  readonly redisUrl?: string;
  /** Everything that it holds is gone; it goes on. */
  empty(stack: Stack): Promise<void>;
  /** It dies and comes back with nothing. */
  crash(stack: Stack): Promise<void>;
  /** Nobody can reach it until `back`; what it holds stays. */
  away(stack: Stack): Promise<void>;
  back(stack: Stack): Promise<void>;
  stop(): Promise<void>;
}

export const QUEUE_STORES = {
  Redis: async (): Promise<QueueStore> => {
    const redis = await startRedis();
    return {
      redisUrl: redis.url,
      empty: () => redisCommand(redis.port, "FLUSHALL"),
      crash: async () => {
        await redis.kill9();
        await redis.restart();
      },
      away: () => redis.kill9(),
      back: () => redis.restart(),
      stop: () => redis.stop(),
    };
  },
  PostgreSQL: async (): Promise<QueueStore> => {
    const empty = (stack: Stack) => execute(stack.adminUrl, EMPTY);
    const away = async (stack: Stack) => {
      await execute(stack.adminUrl, `alter role ${LOGIN} nologin`);
      await execute(stack.adminUrl, END_SESSIONS);
    };
    const back = (stack: Stack) =>
      execute(stack.adminUrl, `alter role ${LOGIN} login`);
    return {
      empty,
      crash: async (stack) => {
        await away(stack);
        await empty(stack);
        await back(stack);
      },
      away,
      back,
      stop: async () => undefined,
    };
  },
} as const;

export type QueueStoreName = keyof typeof QUEUE_STORES;
export const QUEUE_STORE_NAMES = Object.keys(QUEUE_STORES) as QueueStoreName[];

/** The login that the stack gives the services for the queues. */
const LOGIN = "ams_sync_queue_login";

const END_SESSIONS = `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${LOGIN}'`;

/** All rows, but for the record of what the schema's migrations have done. */
const EMPTY = `do $$ declare names text; begin
  select string_agg(format('%I.%I', schemaname, tablename), ', ') into names from pg_tables
   where schemaname = 'bullmq' and tablename not like '%migration%';
  execute 'truncate ' || names || ' cascade';
end $$`;

/** Redis' inline form; one answer. */
function redisCommand(port: number, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`${line}\r\n`),
    );
    socket.once("data", (data) => {
      socket.destroy();
      const answer = data.toString("utf8");
      if (answer.startsWith("+")) resolve();
      else reject(new Error(`Redis answered ${line} with ${answer}`));
    });
    socket.once("error", reject);
  });
}
