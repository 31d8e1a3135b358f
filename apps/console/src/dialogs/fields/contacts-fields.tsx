import { Fieldset, Stack } from "@mantine/core";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { AccountForm } from "../form.js";
import type { LoginState } from "../use-login.js";
import { AgentField } from "./agent-field.js";
import { ContainerField } from "./container-field.js";
import { DayField } from "./day-field.js";
import { TagsField } from "./tags-field.js";
import { ToggleField } from "./toggle-field.js";

export function ContactsFields({
  userId,
  state,
  folders = false,
}: {
  readonly userId: string;
  readonly state: LoginState;
  /** R29: companies and agents may have folders of their own. */
  readonly folders?: boolean;
}) {
  const { t } = useTranslation();
  const { watch } = useFormContext<AccountForm>();
  const [on, customers, companies, agents] = watch([
    "contacts.on",
    "contacts.customers",
    "contacts.companies",
    "contacts.agents",
  ]);
  return (
    <Fieldset legend={t("dialog.contacts")}>
      <Stack gap="md">
        <ToggleField name="contacts.on" label={t("dialog.contactsOn")} />
        {on && (
          <>
            <ContainerField stream="contacts" state={state} />
            <Fieldset variant="unstyled" legend={t("dialog.kinds")}>
              <Stack gap="xs" mt="xs">
                <ToggleField
                  as="box"
                  name="contacts.customers"
                  label={t("dialog.customers")}
                />
                <ToggleField
                  as="box"
                  name="contacts.companies"
                  label={t("dialog.companies")}
                />
                <ToggleField
                  as="box"
                  name="contacts.agents"
                  label={t("dialog.agents")}
                />
              </Stack>
            </Fieldset>
            {folders && companies && (
              <ContainerField
                stream="contacts"
                state={state}
                apart="companiesContainer"
              />
            )}
            {folders && agents && (
              <ContainerField
                stream="contacts"
                state={state}
                apart="agentsContainer"
              />
            )}
            {customers && (
              <>
                <TagsField userId={userId} />
                <AgentField />
                <ToggleField
                  name="contacts.birthday"
                  label={t("dialog.birthday")}
                />
              </>
            )}
            <DayField name="contacts.editedSince" />
          </>
        )}
      </Stack>
    </Fieldset>
  );
}
