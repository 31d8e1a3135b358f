/** Who calls: bearer tokens of an OpenID Connect issuer. */
export { IssuerAway } from "./issuer-away.js";
export * from "./sign-in-config.js";
export type { Person, SignedIn } from "./signed-in.js";
export { TokenVerifier, type TokenVerifierOptions } from "./token-verifier.js";
