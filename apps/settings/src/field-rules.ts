import { fieldRule } from "@ams-sync/platform/rest";
import { z } from "zod";

/** ams counts in PostgreSQL's bigint. */
const LARGEST_ID = 2n ** 63n - 1n;
export const amsId = z.string().refine(
  (id) => /^[1-9]\d{0,18}$/.test(id) && BigInt(id) <= LARGEST_ID,
  fieldRule("not-an-id", {
    de: "Bitte eine Nummer aus ams ohne führende Nullen.",
    en: "must be a number of ams without leading zeros",
  }),
);

/** In its place Outlook has a certificate with its key, or a refresh token. */
export const MAX_PASSWORD = 10_000;

export const text = (longest: number) => z.string().trim().max(longest);

const CONTROL = /\p{Cc}/u;
const SOME_SERVER = "https://server.invalid/";
const staysOn = (server: string, path: string): boolean =>
  URL.canParse(path, server) &&
  new URL(path, server).origin === new URL(server).origin;

/**
 * A collection is named by its address on the server, never by another host: the password goes there. To the URL
 * standard `//host/`, `/\host/` and the same with tabs or line breaks in between are other hosts, so the standard's
 * own reading decides; no control character has a place in a path anyway.
 */
export const isPathOnServer = (path: string): boolean =>
  path.startsWith("/") && !CONTROL.test(path) && staysOn(SOME_SERVER, path);

export const pathRule = fieldRule("not-a-path", {
  de: "Bitte ein Pfad auf dem Server, der mit einem / beginnt.",
  en: "must be a path on the server, beginning with one /",
});

export const hasNoTwice = (tags: readonly string[]): boolean =>
  new Set(tags.map((tag) => tag.normalize("NFC").toLowerCase())).size ===
  tags.length;

export const twiceRule = fieldRule("duplicate", {
  de: "Ein Schlagwort steht doppelt in der Liste.",
  en: "A tag is in the list twice.",
});

export const hasSomeKind = (chosen: {
  readonly customers: boolean;
  readonly companies: boolean;
  readonly agents: boolean;
}): boolean => chosen.customers || chosen.companies || chosen.agents;

export const kindRule = fieldRule("kind-missing", {
  de: "Bitte wählen Sie aus, was übertragen wird: Kunden, Gesellschaften oder Vermittler.",
  en: "Please choose what is sent: customers, companies or agents.",
});

export const serverUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine(
    (url) => {
      if (!URL.canParse(url)) return true;
      const { username, password } = new URL(url);
      return username === "" && password === "";
    },
    fieldRule("has-login", {
      de: "Die Adresse darf keine Anmeldung enthalten; Benutzername und Kennwort haben eigene Felder.",
      en: "must not hold a login; name and password have fields of their own",
    }),
  );

/** What never leaves this machine needs no encryption. */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

export const encryptedUrl = serverUrl.refine(
  (url) => {
    if (!URL.canParse(url)) return true;
    const { protocol, hostname } = new URL(url);
    return protocol !== "http:" || LOOPBACK.test(hostname);
  },
  fieldRule("not-https", {
    de: "Die Adresse muss mit https:// beginnen; über http:// könnte jeder unterwegs das Kennwort lesen.",
    en: "must begin with https://; over http:// anybody on the way could read the password. For a trusted network the settings service can be started with ALLOW_INSECURE_SERVERS=true",
  }),
);
