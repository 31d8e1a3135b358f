/** Node's codes and PostgreSQL's SQLSTATEs of an address or a login that is not right, or of a server that is away. */
const NOT_REACHED =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|28\w{3}|3D000|53300|57P03)$/;

/** What of a failed start is logged: where the surroundings are at fault our stack says nothing to anybody. */
export const startFailure = (error: unknown): unknown => {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const { code } = error;
  if (typeof code !== "string" || !NOT_REACHED.test(code)) return error;
  // An address with several hosts fails with an AggregateError, whose own message is empty.
  const told = Object.assign(new Error(error.message || code), { code });
  delete told.stack;
  return told;
};
