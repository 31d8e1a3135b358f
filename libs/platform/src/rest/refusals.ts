import type { z } from "zod";
import { fieldErrors } from "./field-errors.js";
import type { Text } from "./language.js";
import { Problem } from "./problem.js";

/** RFC 6750 section 3 */
const challenge = (error = "") => ({
  "www-authenticate": `Bearer realm="ams-sync"${error}`,
});

export const noToken = (): Problem =>
  new Problem("no-token", {
    headers: challenge(),
    detail: { de: "Bitte melden Sie sich an.", en: "Please sign in." },
  });

/** Why it is bad is nobody's business. */
export const badToken = (): Problem =>
  new Problem("bad-token", {
    headers: challenge(', error="invalid_token"'),
    detail: {
      de: "Die Anmeldung gilt nicht mehr. Bitte melden Sie sich neu an.",
      en: "You are not signed in any more. Please sign in again.",
    },
  });

export const notAUser = (): Problem =>
  new Problem("not-a-user", {
    detail: {
      de: "In ams gibt es keinen aktiven Benutzer zu dieser Anmeldung. Bitte wenden Sie sich an Ihren Administrator.",
      en: "There is no active user of ams for this login. Please ask your administrator.",
    },
  });

export const notTheHoster = (): Problem =>
  new Problem("missing-right", {
    detail: {
      de: "Das ist dem Betreiber vorbehalten.",
      en: "This is for the hoster only.",
    },
    more: () => ({ missingRights: [] }),
  });

export const missingRights = (
  codes: readonly string[],
  nameOf: (code: string) => Text,
): Problem => {
  const names = (language: "de" | "en") =>
    codes.map((code) => `„${nameOf(code)[language]}“`).join(", ");
  return new Problem("missing-right", {
    detail: {
      de: `Ihnen fehlt in ams: ${names("de")}. Ihr Administrator kann das Recht vergeben.`,
      en: `You lack in ams: ${names("en")}. Your administrator can give you the right.`,
    },
    more: (language) => ({
      missingRights: codes.map((code) => ({
        code,
        name: nameOf(code)[language],
      })),
    }),
  });
};

export const versionMissing = (): Problem =>
  new Problem("version-missing", {
    detail: {
      de: "Es fehlt, auf welcher Fassung die Änderung beruht (If-Match).",
      en: "Which version the change is based on is missing (If-Match).",
    },
  });

export const versionMoved = (): Problem =>
  new Problem("version-moved", {
    detail: {
      de: "Jemand anderes hat das inzwischen geändert. Bitte laden Sie neu und ändern Sie dann; gespeichert wurde nichts.",
      en: "Somebody else has changed this meanwhile. Please load it again, then change it; nothing was saved.",
    },
  });

export const unreadable = (error?: z.ZodError): Problem =>
  new Problem("bad-request", {
    ...(error && { errors: fieldErrors(error) }),
    detail: {
      de: "Die Anfrage ist nicht lesbar.",
      en: "The request cannot be read.",
    },
  });
