import { Checkbox, Switch } from "@mantine/core";
import {
  Controller,
  useFormContext,
  type FieldPathByValue,
} from "react-hook-form";
import type { AccountForm } from "../form.js";
import { useErrorText } from "./error-text.js";

/** A yes or no, as a switch or as a box to tick. */
export function ToggleField({
  name,
  label,
  as = "switch",
}: {
  readonly name: FieldPathByValue<AccountForm, boolean>;
  readonly label: string;
  readonly as?: "switch" | "box";
}) {
  const errorText = useErrorText();
  const { control } = useFormContext<AccountForm>();
  const Shown = as === "switch" ? Switch : Checkbox;
  return (
    <Controller
      control={control}
      name={name}
      render={({ field: { value, onChange, ...field }, fieldState }) => (
        <Shown
          {...field}
          checked={value}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
          label={label}
          error={errorText(fieldState.error)}
        />
      )}
    />
  );
}
