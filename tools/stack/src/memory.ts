/**
 * How much a service lets lie before it clears up, as its image has it, too.
 *
 * Node fits itself to the machine: of 24 GB it would take 16 MB for young objects, three times over, and let the rest
 * grow to four times of what is in use, which made 430 MB of the 90 that a connector needs. Two numbers that say that
 * memory is dear: MB of young objects, and MB of the whole heap, which is far from reached and makes its limits rise in
 * small steps.
 *
 * glibc gives each thread that allocates a heap of its own and hands little of it back. Node's threads hardly ever
 * allocate at the same moment: with one heap for all, a connector that sent 6,000 contacts took 187 MB instead of 199
 * (192 with two), with the same CPU time.
 */
export const MEMORY = {
  NODE_OPTIONS: "--max-semi-space-size=4 --max-old-space-size=384",
  MALLOC_ARENA_MAX: "1",
} as const;
