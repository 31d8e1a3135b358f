import { z } from "zod";

/** A subscription of ours. */
const subscription = z.object({ id: z.string(), until: z.number() }).strict();
export type Subscription = z.infer<typeof subscription>;

/** What a stream's token remembers of its subscriptions. Times are epoch ms. */
export const watchToken = z
  .object({
    /** `Addresses.mark` of the address and key that they were made with. */
    mark: z.string(),
    /** By folder; "" for all calendars. */
    places: z.record(z.string(), subscription),
    /** It failed: not before this again. */
    again: z.number().optional(),
  })
  .strict();
export type WatchToken = z.infer<typeof watchToken>;
