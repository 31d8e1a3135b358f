import { useTranslation } from "react-i18next";

const STEPS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** "vor 3 Minuten", "in 2 Stunden". */
export function relative(at: Date, now: Date, language: string): string {
  const seconds = (at.getTime() - now.getTime()) / 1_000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? [
    "second" as const,
    1,
  ];
  return format.format(Math.round(seconds / size), unit);
}

/** English as it is written in Europe: the day before the month, 24 hours. */
const LOCALES: Readonly<Record<string, string>> = { en: "en-GB" };

/** Times and numbers as people write them, in their zone. */
export function useFormat() {
  const { i18n } = useTranslation();
  const { language } = i18n;
  const locale = LOCALES[language] ?? language;
  return {
    number: (value: number): string => value.toLocaleString(locale),
    time: (iso: string): string =>
      new Date(iso).toLocaleString(locale, {
        dateStyle: "medium",
        timeStyle: "short",
      }),
    relative: (iso: string): string =>
      relative(new Date(iso), new Date(), language),
  };
}
