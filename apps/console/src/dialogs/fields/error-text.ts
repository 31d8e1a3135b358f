import type { FieldError } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { ErrorKey } from "../form.js";

/** What the service said as it said it; our own rules by their keys. */
export function useErrorText(): (
  error: FieldError | undefined,
) => string | undefined {
  const { t } = useTranslation();
  return (error) => {
    if (error?.message === undefined) return undefined;
    return error.type === "told"
      ? error.message
      : t(`dialog.errors.${error.message as ErrorKey}`);
  };
}
