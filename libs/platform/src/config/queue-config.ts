import { z } from "zod";
import { postgresUrl, redisUrl } from "./addresses.js";
import { exactlyOneOf } from "./exactly-one-of.js";

/** Where the wake-up queues live: in Redis, or in PostgreSQL for installations without one. */
export const queueConfig = z.object({
  REDIS_URL: redisUrl.optional(),
  QUEUE_DATABASE_URL: postgresUrl.optional(),
});
export type QueueConfig = z.infer<typeof queueConfig>;

/**
 * Refuses a configuration that names no queue or two: with two, half of the services would wake what nobody hears.
 * Use it last, on the app's whole schema, as a refined schema cannot be extended.
 */
export const requireOneQueue = <S extends z.ZodType<QueueConfig>>(
  schema: S,
): S => exactlyOneOf(schema, ["REDIS_URL", "QUEUE_DATABASE_URL"]);
