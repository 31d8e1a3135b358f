import { Alert, MultiSelect, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { Controller, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useCustomerCount, useTags } from "../../api/choices.js";
import type { AccountForm } from "../form.js";
import { useErrorText } from "./error-text.js";
import { ToggleField } from "./toggle-field.js";

/** R33: without a tag everything goes out, so that is asked. */
export function TagsField({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { control, watch } = useFormContext<AccountForm>();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 250);
  const tags = useTags(search);
  const [chosen, agentId] = watch(["contacts.tags", "contacts.agentId"]);
  const count = useCustomerCount(userId, agentId).data;
  const counted = new Map(
    (tags.data?.tags ?? []).map(({ label, customers }) => [label, customers]),
  );
  const labelOf = (label: string): string => {
    const count = counted.get(label);
    return count === undefined
      ? label
      : t("dialog.tagOption", { label, count });
  };
  return (
    <Stack gap="xs">
      <Controller
        control={control}
        name="contacts.tags"
        render={({ field, fieldState }) => (
          <MultiSelect
            {...field}
            label={t("dialog.tags")}
            placeholder={t("dialog.tagsPlaceholder")}
            data={[...new Set([...chosen, ...counted.keys()])].map((value) => ({
              value,
              label: labelOf(value),
            }))}
            filter={({ options }) => options}
            searchable
            clearable
            onSearchChange={setTyped}
            nothingFoundMessage={t("common.nothingFound")}
            error={errorText(fieldState.error)}
          />
        )}
      />
      {chosen.length === 0 && (
        <Alert color="yellow" title={t("dialog.noTags")}>
          <Stack gap="xs">
            <Text size="sm">
              {t("dialog.noTagsText")}{" "}
              {count !== undefined && t("dialog.noTagsCount", { count })}
            </Text>
            <ToggleField
              as="box"
              name="contacts.everything"
              label={t("dialog.noTagsSure")}
            />
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}
