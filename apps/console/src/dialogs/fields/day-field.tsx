import { Controller, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { DayInput } from "../../components/day-input.js";
import type { AccountForm } from "../form.js";
import { useErrorText } from "./error-text.js";

/** R34–R37: from which day on something must have been edited. */
export function DayField({
  name,
}: {
  readonly name: "contacts.editedSince" | "appointments.editedSince";
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { control } = useFormContext<AccountForm>();
  return (
    <Controller
      control={control}
      name={name}
      render={({ field: { ref, value, onChange, onBlur }, fieldState }) => (
        <DayInput
          {...{ ref, value, onChange, onBlur }}
          label={t("dialog.editedSince")}
          description={t("dialog.editedSinceHint")}
          error={errorText(fieldState.error)}
        />
      )}
    />
  );
}
