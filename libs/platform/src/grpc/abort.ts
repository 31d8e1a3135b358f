/** The call was cancelled by its caller: nothing failed here. */
export const isAbort = (error: unknown): boolean =>
  error instanceof Error && error.name === "AbortError";
