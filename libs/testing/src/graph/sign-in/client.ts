import { X509Certificate } from "node:crypto";
import { errors, jwtVerify } from "jose";
import type { GraphClock } from "../clock.js";
import { invalidClient } from "./answers.js";
import type { App } from "./directory.js";

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Throws unless the form proves that the app sent it: by its secret, or by a JWT that its certificate's key has signed. */
export async function checkClient(
  app: App,
  form: URLSearchParams,
  audience: string,
  clock: GraphClock,
): Promise<void> {
  const assertion = form.get("client_assertion");
  if (assertion !== null) {
    if (form.get("client_assertion_type") !== ASSERTION)
      throw invalidClient(
        700025,
        `The 'client_assertion_type' must be '${ASSERTION}'.`,
      );
    await checkAssertion(app, assertion, audience, clock);
    return;
  }
  const secret = form.get("client_secret");
  if (secret === null)
    throw invalidClient(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  if (app.secret === undefined || secret !== app.secret)
    throw invalidClient(
      7000215,
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
    );
}

async function checkAssertion(
  app: App,
  assertion: string,
  audience: string,
  clock: GraphClock,
): Promise<void> {
  if (app.certificate === undefined)
    throw invalidClient(
      700027,
      "The certificate with identifier used to sign the client assertion is not registered on application.",
    );
  const { publicKey } = new X509Certificate(app.certificate);
  await jwtVerify(assertion, publicKey, {
    algorithms: ["PS256", "RS256"],
    audience: [audience, audience.toLowerCase()],
    issuer: app.clientId,
    subject: app.clientId,
    currentDate: new Date(clock.epoch()),
    requiredClaims: ["exp", "jti"],
    // As Microsoft's: clocks differ, and MSAL rounds its own up by as much as half a second.
    clockTolerance: 300,
  }).catch((error: unknown) => {
    const early =
      error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf";
    if (early || error instanceof errors.JWTExpired)
      throw invalidClient(
        700024,
        "Client assertion is not within its valid time range.",
      );
    throw error instanceof errors.JWTClaimValidationFailed
      ? invalidClient(
          700023,
          `Client assertion ${error.claim} does not match: the audience must be '${audience}', issuer and subject the client's id.`,
        )
      : invalidClient(700027, "Client assertion failed signature validation.");
  });
}
