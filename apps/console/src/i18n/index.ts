import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { de } from "./de/index.js";
import { en } from "./en/index.js";
import { firstLanguage } from "./language.js";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof de };
  }
}

const told = (next: string): void => {
  document.documentElement.lang = next;
};

export async function startI18n(): Promise<void> {
  i18next.on("languageChanged", told);
  await i18next.use(initReactI18next).init({
    lng: firstLanguage(),
    fallbackLng: "de",
    resources: { de: { translation: de }, en: { translation: en } },
    // React escapes.
    interpolation: { escapeValue: false },
  });
}
