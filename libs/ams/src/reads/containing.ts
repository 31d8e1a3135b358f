/** What people type is text to look for, not a pattern. */
export const containing = (search: string | undefined): string =>
  `%${(search ?? "").replace(/[\\%_]/g, "\\$&")}%`;
