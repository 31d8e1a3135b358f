import type { Language, Text } from "./language.js";

/** Every answer that is not what was asked for. Closed: callers tell them apart by `type`. */
export const PROBLEMS = {
  "no-token": 401,
  "bad-token": 401,
  "missing-right": 403,
  "not-a-user": 403,
  "not-found": 404,
  "target-taken": 409,
  conflict: 409,
  "version-moved": 412,
  "too-large": 413,
  "wrong-media-type": 415,
  "bad-request": 400,
  invalid: 422,
  "login-refused": 422,
  "version-missing": 428,
  "too-many-tries": 429,
  "too-many-streams": 429,
  internal: 500,
  "issuer-away": 503,
  "ams-away": 503,
  "connector-away": 503,
  "state-away": 503,
} as const;
export type ProblemKind = keyof typeof PROBLEMS;

/** What is wrong with one value of what was sent. */
export interface FieldError {
  /** JSON pointer (RFC 6901) into the body. */
  readonly pointer: string;
  readonly code: string;
  readonly text: Text;
}

export interface ProblemParts {
  readonly detail: Text;
  readonly errors?: readonly FieldError[];
  /** Members of its own (RFC 9457 section 3.2), by language where they hold words. */
  readonly more?: (language: Language) => Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown by a handler, told as RFC 9457 says in the caller's language. */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly kind: ProblemKind,
    readonly parts: ProblemParts,
  ) {
    super(parts.detail.en, { cause: parts.cause });
  }

  get status(): number {
    return PROBLEMS[this.kind];
  }

  in(language: Language): Readonly<Record<string, unknown>> {
    const { detail, errors, more } = this.parts;
    return {
      type: `urn:ams-sync:problem:${this.kind}`,
      title: TITLES[this.kind][language],
      status: this.status,
      detail: detail[language],
      ...(errors && {
        errors: errors.map(({ pointer, code, text }) => ({
          pointer,
          code,
          detail: text[language],
        })),
      }),
      ...more?.(language),
    };
  }
}

const TITLES: { readonly [kind in ProblemKind]: Text } = {
  "no-token": { de: "Nicht angemeldet", en: "Not signed in" },
  "bad-token": { de: "Anmeldung abgelaufen", en: "Signed out" },
  "missing-right": { de: "Recht fehlt", en: "Missing right" },
  "not-a-user": { de: "Kein Benutzer", en: "Not a user" },
  "not-found": { de: "Nicht gefunden", en: "Not found" },
  "target-taken": { de: "Ziel schon vergeben", en: "Target taken" },
  conflict: { de: "So nicht mehr möglich", en: "Not possible any more" },
  "version-moved": { de: "Inzwischen geändert", en: "Changed meanwhile" },
  "too-large": { de: "Zu groß", en: "Too large" },
  "wrong-media-type": { de: "Kein JSON", en: "Not JSON" },
  "bad-request": { de: "Anfrage nicht lesbar", en: "Unreadable request" },
  invalid: { de: "Ungültige Angaben", en: "Invalid values" },
  "login-refused": { de: "Anmeldung fehlgeschlagen", en: "Login refused" },
  "version-missing": { de: "Fassung fehlt", en: "Version missing" },
  "too-many-tries": { de: "Zu viele Versuche", en: "Too many tries" },
  "too-many-streams": {
    de: "Zu viele Verbindungen",
    en: "Too many connections",
  },
  internal: { de: "Fehler im Dienst", en: "Fault of the service" },
  "issuer-away": { de: "Anmeldedienst fehlt", en: "Sign-in unavailable" },
  "ams-away": { de: "ams nicht erreichbar", en: "ams unavailable" },
  "connector-away": { de: "Dienst fehlt", en: "Connector unavailable" },
  "state-away": { de: "Dienst fehlt", en: "Service unavailable" },
};

export const notFound = (): Problem =>
  new Problem("not-found", {
    detail: {
      de: "Das gibt es hier nicht (mehr).",
      en: "There is no such thing here (any more).",
    },
  });
