import fc from "fast-check";

/**
 * Properties draw the same cases in each run of `npm test`: what it says of a change must not hang on luck. Other cases:
 * PROPERTY_SEED=number, and the long suite draws new ones.
 */
fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 1) });
