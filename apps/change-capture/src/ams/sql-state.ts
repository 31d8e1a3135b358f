/** PostgreSQL's five-letter code of an error; appendix A of its manual. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

export const SQL_STATE = {
  duplicateObject: "42710",
  undefinedObject: "42704",
  insufficientPrivilege: "42501",
  configurationLimit: "53400",
  notInPrerequisiteState: "55000",
  objectInUse: "55006",
} as const;
