import { z } from "zod";

/** What an ams database is called: part of its slot's name, which PostgreSQL limits. */
export const sourceName = z
  .string()
  .refine((name) => /^[a-z0-9_]{1,54}$/.test(name), {
    message: "must be 1 to 54 of a–z, 0–9 and _",
  });

/** Its name where nobody chose one: most hosters have one. */
export const DEFAULT_SOURCE = "ams";
