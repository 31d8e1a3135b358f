import Negotiator from "negotiator";

export type Language = "de" | "en";
/** A sentence for people. */
export type Text = { readonly [language in Language]: string };

/** What the caller reads best (RFC 9110 12.5.4); German where it does not say. */
export const languageOf = (acceptLanguage: string | undefined): Language =>
  new Negotiator({
    headers: { "accept-language": acceptLanguage ?? "de" },
  }).language(["de", "en"]) === "en"
    ? "en"
    : "de";
