import { ActionIcon, TextInput } from "@mantine/core";
import { useRef, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";
import { isDay, readDay, showDay } from "../i18n/day.js";
import { language } from "../i18n/language.js";

/**
 * A day, typed as the page's language writes it or taken from the browser's calendar. The browser's own field
 * (`type="date"`) follows the browser's language and not the page's: month first in a German form.
 */
export function DayInput({
  value,
  onChange,
  onBlur,
  ...field
}: {
  /** ISO 8601, or what was typed and is no day. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur: () => void;
  readonly ref: Ref<HTMLInputElement>;
  readonly label: string;
  readonly description: string;
  readonly error: string | undefined;
}) {
  const { t } = useTranslation();
  /** While somebody types nothing is put in order. */
  const [typed, setTyped] = useState<string>();
  const calendar = useRef<HTMLInputElement>(null);
  return (
    <TextInput
      {...field}
      placeholder={t("dialog.day")}
      inputMode="numeric"
      autoComplete="off"
      value={typed ?? showDay(value, language())}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        const text = currentTarget.value.trim();
        onChange(readDay(text, language()) ?? text);
      }}
      onBlur={() => {
        setTyped(undefined);
        onBlur();
      }}
      styles={{ wrapper: { maxWidth: "12rem" } }}
      rightSectionPointerEvents="all"
      rightSection={
        <>
          <ActionIcon
            variant="subtle"
            aria-label={`${t("dialog.calendar")}: ${field.label}`}
            onClick={() => calendar.current?.showPicker()}
          >
            <CalendarIcon />
          </ActionIcon>
          <input
            ref={calendar}
            className="calendar"
            type="date"
            tabIndex={-1}
            aria-hidden
            value={isDay(value) ? value : ""}
            onChange={({ currentTarget }) => {
              setTyped(undefined);
              onChange(currentTarget.value);
            }}
          />
        </>
      }
    />
  );
}

const CalendarIcon = () => (
  <svg
    aria-hidden
    viewBox="0 0 16 16"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
  >
    <rect x="1.75" y="3" width="12.5" height="11.25" rx="1.5" />
    <path d="M1.75 6.75h12.5M5 1.5v3M11 1.5v3" />
  </svg>
);
