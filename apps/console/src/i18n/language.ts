import i18next from "i18next";

export const LANGUAGES = ["de", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = "ams-sync language";

const known = (text: string | null | undefined): Language | undefined =>
  LANGUAGES.find((one) => text?.toLowerCase().startsWith(one));

/** What somebody chose here, else the first that the browser's owner reads; German where that is none of ours. */
export const firstLanguage = (
  chosen: string | null = localStorage.getItem(KEPT),
  read: readonly string[] = navigator.languages,
): Language =>
  known(chosen) ?? read.map(known).find((one) => one !== undefined) ?? "de";

export const language = (): Language => known(i18next.language) ?? "de";

export function chooseLanguage(next: Language): void {
  localStorage.setItem(KEPT, next);
  void i18next.changeLanguage(next);
}
