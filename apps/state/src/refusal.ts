import { Invalid } from "@ams-sync/contracts/reading";
import { ServerError, Status } from "nice-grpc-common";

/**
 * Closed. lease-lost: the run no longer holds its account. moved: another writer
 * was here. not-now: the state of things forbids it. taken: somebody else owns it. busy: try again at once.
 */
export type RefusalKind =
  "unknown" | "lease-lost" | "moved" | "not-now" | "taken" | "busy";

/** What state will not do. `message` says what to do about it and holds no customer's data. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly kind: RefusalKind,
    message: string,
  ) {
    super(message);
  }
}

const STATUS: Readonly<Record<RefusalKind, Status>> = {
  unknown: Status.NOT_FOUND,
  "lease-lost": Status.ABORTED,
  moved: Status.ABORTED,
  "not-now": Status.FAILED_PRECONDITION,
  taken: Status.ALREADY_EXISTS,
  busy: Status.UNAVAILABLE,
};

/** Codes of a transaction that PostgreSQL gave up for others' sake, and of a server that goes down or is not up. */
const PASSING =
  /^(40001|40P01|55P03|57P0[123]|53300|08...|ECONNREFUSED|ECONNRESET|EPIPE)$/;

const sqlState = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "";

/** pg gives no code to a connection that broke under a statement or before it, nor to one that could not be had in time. */
const BROKEN =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect)/;

const passes = (error: unknown): boolean =>
  PASSING.test(sqlState(error)) ||
  (error instanceof Error && BROKEN.test(error.message));

/** Errors of a method as gRPC knows them; what is no refusal and does not pass stays as it is and is logged above. */
export const toServerError = (error: unknown): unknown => {
  if (error instanceof Invalid)
    return new ServerError(Status.INVALID_ARGUMENT, error.message);
  if (error instanceof Refusal)
    return new ServerError(STATUS[error.kind], error.message);
  if (passes(error))
    return new ServerError(
      Status.UNAVAILABLE,
      "state's database cannot be used right now; nothing was stored, try again.",
    );
  return error;
};

type Method = (request: unknown, context: unknown) => Promise<unknown>;

/** Wraps every method of a gRPC implementation so that refusals leave as status codes. */
export const refusing = <I extends object>(implementation: I): I =>
  Object.fromEntries(
    Object.entries(implementation).map(([name, method]: [string, Method]) => [
      name,
      async (request: unknown, context: unknown) => {
        try {
          return await method(request, context);
        } catch (error) {
          throw toServerError(error);
        }
      },
    ]),
  ) as I;
