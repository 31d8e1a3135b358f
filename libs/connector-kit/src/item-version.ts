/** Longer versions are nobody's but an attacker's; state refuses them, and PostgreSQL holds no NUL. */
const VERSION_MAX = 1_024;

/** The version as state can keep it. An unusable one counts as unknown: the item is read before it is written. */
export const usableVersion = (
  version: string | undefined,
): string | undefined =>
  version !== undefined && fits(version, VERSION_MAX) ? version : undefined;

export const fits = (text: string, most: number): boolean =>
  text.length > 0 && text.length <= most && !text.includes("\0");
