import { Radio, Stack } from "@mantine/core";
import { Controller, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { AccountForm } from "../form.js";

/** R18–R20 */
export function PolicyField() {
  const { t } = useTranslation();
  const { control } = useFormContext<AccountForm>();
  return (
    <Controller
      control={control}
      name="policy"
      render={({ field: { ref: _ref, ...field } }) => (
        <Radio.Group
          {...field}
          label={t("dialog.policy")}
          description={t("dialog.policyHint")}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="ams-wins" label={t("dialog.amsWins")} />
            <Radio value="remote-wins" label={t("dialog.remoteWins")} />
          </Stack>
        </Radio.Group>
      )}
    />
  );
}
