import { z } from "zod";

/** What of a notification counts: nothing of it is believed but that something happened. */
export const notifications = z.object({
  value: z
    .array(
      z.object({
        clientState: z.unknown().optional(),
        lifecycleEvent: z.unknown().optional(),
      }),
    )
    .max(1_000),
});

/** After these Graph is silent until a run renews or makes the subscription anew; `missed` is a change like any other. */
const SILENT = new Set<unknown>([
  "reauthorizationRequired",
  "subscriptionRemoved",
]);

export const stopsTelling = (lifecycleEvent: unknown): boolean =>
  SILENT.has(lifecycleEvent);
