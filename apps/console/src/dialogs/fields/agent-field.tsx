import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { Controller, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useAgents } from "../../api/choices.js";
import { useAgentNames } from "../../api/names.js";
import type { AccountForm } from "../form.js";
import { useErrorText } from "./error-text.js";

/** R31 */
export function AgentField() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { control, watch } = useFormContext<AccountForm>();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 250);
  // What stands in the field once something is chosen is a name, not a search.
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const isChosen = Object.values(names).includes(search);
  const chosen = watch("contacts.agentId");
  // It need not be among those that are found.
  const nameOf = useAgentNames([
    chosen !== null && chosen in names ? null : chosen,
  ]);
  const agents = useAgents(isChosen ? "" : search);
  return (
    <Controller
      control={control}
      name="contacts.agentId"
      render={({ field: { value, onChange, ...field }, fieldState }) => {
        const read = (agents.data?.agents ?? []).map(({ agentId, name }) => ({
          value: agentId,
          label: name,
        }));
        const unseen =
          value !== null && !read.some((option) => option.value === value);
        return (
          <Select
            {...field}
            label={t("dialog.agent")}
            placeholder={t("dialog.allAgents")}
            data={
              unseen
                ? [{ value, label: names[value] ?? nameOf(value) }, ...read]
                : read
            }
            // The service has searched already.
            filter={({ options }) => options}
            value={value}
            onChange={(next, option) => {
              if (next !== null && option !== null)
                setNames((known) => ({ ...known, [next]: option.label }));
              onChange(next);
            }}
            searchable
            clearable
            onSearchChange={setTyped}
            nothingFoundMessage={t("common.nothingFound")}
            error={errorText(fieldState.error)}
          />
        );
      }}
    />
  );
}
