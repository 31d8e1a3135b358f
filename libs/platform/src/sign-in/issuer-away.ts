/** Nobody can be signed in now: no keys to check tokens with. */
export class IssuerAway extends Error {
  override readonly name = "IssuerAway";
  constructor(options?: ErrorOptions) {
    super(
      "The issuer's keys cannot be read; check SIGN_IN_ISSUER and the way to it.",
      options,
    );
  }
}
