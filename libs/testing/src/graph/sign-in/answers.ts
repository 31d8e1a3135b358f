import type { RawAnswer } from "../http/listener.js";

/** A refusal of the sign-in service; the numbers are those of Microsoft's AADSTS list. */
export class SignInRefusal extends Error {
  override readonly name = "SignInRefusal";

  constructor(
    readonly status: number,
    readonly error: string,
    readonly number: number,
    message: string,
  ) {
    super(message);
  }
}

export const invalidClient = (number: number, message: string): SignInRefusal =>
  new SignInRefusal(401, "invalid_client", number, message);

export const invalidGrant = (number: number, message: string): SignInRefusal =>
  new SignInRefusal(400, "invalid_grant", number, message);

export const invalidRequest = (
  number: number,
  message: string,
): SignInRefusal => new SignInRefusal(400, "invalid_request", number, message);

export const json = (status: number, body: unknown): RawAnswer => ({
  status,
  headers: {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store, no-cache",
  },
  body: JSON.stringify(body),
});

export const refused = (refusal: SignInRefusal): RawAnswer =>
  json(refusal.status, {
    error: refusal.error,
    error_description: `AADSTS${refusal.number}: ${refusal.message}`,
    error_codes: [refusal.number],
  });
