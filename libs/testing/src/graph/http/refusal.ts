/** What Graph says when it does not do as it was asked. Thrown inside the simulator only: outside it is an answer. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const badRequest = (message: string): Refusal =>
  new Refusal(400, "BadRequest", message);

/** A body that names what the type lacks, or gives it another type. */
export const bodyRefused = (message: string): Refusal =>
  new Refusal(400, "RequestBodyRead", message);

export const queryRefused = (message: string): Refusal =>
  new Refusal(400, "ErrorInvalidUrlQuery", message);

export const filterRefused = (message: string): Refusal =>
  new Refusal(400, "ErrorInvalidUrlQueryFilter", message);

export const notFound = (): Refusal =>
  new Refusal(
    404,
    "ErrorItemNotFound",
    "The specified object was not found in the store.",
  );

export const malformedId = (): Refusal =>
  new Refusal(400, "ErrorInvalidIdMalformed", "Id is malformed.");

export const accessDenied = (): Refusal =>
  new Refusal(
    403,
    "ErrorAccessDenied",
    "Access is denied. Check credentials and try again.",
  );

export const conflict = (): Refusal =>
  new Refusal(
    412,
    "ErrorIrresolvableConflict",
    "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.",
  );

/** Graph may do this; the simulator does not. Its own kind, so that nobody takes it for Graph's word. */
export class NotSimulated extends Refusal {
  constructor(what: string) {
    super(501, "NotSimulated", `The simulator does not do this: ${what}.`);
  }
}
