import { Fieldset, NumberInput, Stack } from "@mantine/core";
import { Controller, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { AccountForm } from "../form.js";
import type { LoginState } from "../use-login.js";
import { ContainerField } from "./container-field.js";
import { DayField } from "./day-field.js";
import { useErrorText } from "./error-text.js";
import { OwnersField } from "./owners-field.js";
import { ToggleField } from "./toggle-field.js";

export function AppointmentsFields({
  state,
  ownersOf,
}: {
  readonly state: LoginState;
  /** The user beside whose own appointments those of colleagues may go out. */
  readonly ownersOf?: string | undefined;
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { watch, control, formState } = useFormContext<AccountForm>();
  const errors = formState.errors.appointments;
  const [on, limited] = watch(["appointments.on", "appointments.limited"]);
  return (
    <Fieldset legend={t("dialog.appointments")}>
      <Stack gap="md">
        <ToggleField
          name="appointments.on"
          label={t("dialog.appointmentsOn")}
        />
        {on && (
          <>
            <ContainerField stream="appointments" state={state} />
            {ownersOf !== undefined && <OwnersField userId={ownersOf} />}
            <ToggleField
              name="appointments.limited"
              label={t("dialog.ageOn")}
            />
            {limited && (
              <Controller
                control={control}
                name="appointments.maxAgeDays"
                render={({ field }) => (
                  <NumberInput
                    {...field}
                    label={t("dialog.age")}
                    description={t("dialog.ageHint")}
                    error={errorText(errors?.maxAgeDays)}
                    suffix={` ${t("dialog.ageUnit")}`}
                    allowDecimal={false}
                    allowNegative={false}
                    hideControls
                  />
                )}
              />
            )}
            <DayField name="appointments.editedSince" />
          </>
        )}
      </Stack>
    </Fieldset>
  );
}
