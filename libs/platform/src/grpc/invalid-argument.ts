import { ServerError, Status } from "nice-grpc-common";

/** A request's field that must be there. @throws ServerError INVALID_ARGUMENT naming the field, not its value. */
export const required = <T>(value: T | undefined | null, field: string): T => {
  if (value === undefined || value === null || value === "") {
    throw new ServerError(
      Status.INVALID_ARGUMENT,
      `${field} is missing or unknown.`,
    );
  }
  return value;
};
