import { redisAvailable, startRedis } from "@ams-sync/testing";

export interface Store {
  readonly redisUrl?: string;
  stop(): Promise<void>;
}

/** Where the queues live. The second one needs no large brokerage: nothing but the waking is different. */
export const STORES = [
  {
    name: "PostgreSQL",
    available: true,
    size: { customers: 60, appointments: 40 },
    start: async (): Promise<Store> => ({ stop: async () => undefined }),
  },
  {
    name: "Redis",
    available: redisAvailable(),
    size: { customers: 30, appointments: 15 },
    start: async (): Promise<Store> => {
      const redis = await startRedis();
      return { redisUrl: redis.url, stop: () => redis.stop() };
    },
  },
];
