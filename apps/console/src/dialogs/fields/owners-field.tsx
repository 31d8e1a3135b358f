import { MultiSelect } from "@mantine/core";
import { Controller, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useUserPage } from "../../api/users.js";
import type { AccountForm } from "../form.js";
import { useErrorText } from "./error-text.js";
import { ownerChoices } from "./owner-choices.js";

/** R14, R15: whose appointments go out beside one's own. */
export function OwnersField({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { control, watch } = useFormContext<AccountForm>();
  const { data: page } = useUserPage(userId);
  const chosen = watch("appointments.owners");
  const choices = ownerChoices(page, chosen);
  const mayNot = page !== undefined && !page.mayChooseOthers;
  return (
    <Controller
      control={control}
      name="appointments.owners"
      render={({ field, fieldState }) => (
        <MultiSelect
          {...field}
          label={t("dialog.owners")}
          description={t(mayNot ? "dialog.ownersRight" : "dialog.ownersHint")}
          data={choices.map(({ userId: value, name, allowed }) => {
            const shown = name ?? t("dialog.ownerUnknown", { id: value });
            return {
              value,
              label: allowed ? shown : t("dialog.ownerNot", { name: shown }),
            };
          })}
          disabled={mayNot && chosen.length === 0}
          searchable
          clearable
          nothingFoundMessage={t("common.nothingFound")}
          error={errorText(fieldState.error)}
        />
      )}
    />
  );
}
