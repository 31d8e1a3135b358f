import { appendFileSync } from "node:fs";

/** Where `npm run test:security` has cases counted. */
export const TRIED_FILE = "AMS_SYNC_TRIED";

/**
 * Tells how many cases a test has tried beside itself, where one test goes through a table. A program that asked for it
 * reads it; else nothing happens.
 * @param part the beginning of one in tools/security-parts.mjs
 */
export const tried = (part: string, cases: number): void => {
  const file = process.env[TRIED_FILE];
  if (file !== undefined)
    appendFileSync(file, `${JSON.stringify({ part, cases })}\n`);
};
