/** Undoing a table would throw customers away; a bad migration is mended by the next one. */
export function forwardOnly(): Promise<never> {
  return Promise.reject(
    new Error(
      "The ams migrations go forward only. Write a new migration, or restore a backup.",
    ),
  );
}
