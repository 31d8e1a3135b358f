import { Button, Group, Stack } from "@mantine/core";
import type { ComponentType } from "react";
import { FormProvider } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Account, System } from "../api/types.js";
import { BusyButton } from "../components/busy-button.js";
import type { DialogProps } from "./dialog-props.js";
import { DialogFrame } from "./dialog-frame.js";
import { AppointmentsFields } from "./fields/appointments-fields.js";
import { ContactsFields } from "./fields/contacts-fields.js";
import { PolicyField } from "./fields/policy-field.js";
import { MovedNotice } from "./moved-notice.js";
import { PreviousNotice } from "./previous-notice.js";
import { RefusedNotice } from "./refused-notice.js";
import { useAccountForm } from "./use-account-form.js";
import { useLogin, type LoginState } from "./use-login.js";

/** What the dialogs of all systems have in common; how one logs in is each system's own. */
export function AccountDialog({
  system,
  login: LoginFields,
  folders = false,
  owners = false,
  onClose,
  ...what
}: DialogProps & {
  readonly system: System;
  readonly login: ComponentType<{
    readonly stored: Account | undefined;
    readonly state: LoginState;
  }>;
  /** Companies and agents may have folders of their own. */
  readonly folders?: boolean;
  /** Colleagues' appointments may go out, too (R14). */
  readonly owners?: boolean;
}) {
  const { t } = useTranslation();
  const state = useAccountForm({ ...what, system });
  const { form, stored, save, saving, refused, moved } = state;
  const login = useLogin(form, stored, system);
  return (
    <DialogFrame system={system} onClose={onClose}>
      <FormProvider {...form}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Stack gap="lg">
            <LoginFields stored={stored} state={login} />
            <AppointmentsFields
              state={login}
              ownersOf={owners ? what.userId : undefined}
            />
            <ContactsFields
              userId={what.userId}
              state={login}
              folders={folders}
            />
            <PolicyField />
            <div aria-live="assertive">
              {refused && <RefusedNotice {...refused} />}
              {state.choosePrevious && (
                <PreviousNotice choose={state.choosePrevious} />
              )}
              {moved && stored && (
                <MovedNotice
                  stored={stored}
                  now={moved}
                  mine={form.getValues()}
                  keepMine={state.keepMine}
                  takeTheirs={state.takeTheirs}
                />
              )}
            </div>
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t("common.cancel")}
              </Button>
              {!moved && !state.choosePrevious && (
                <BusyButton type="submit" busy={saving}>
                  {t("common.save")}
                </BusyButton>
              )}
            </Group>
          </Stack>
        </form>
      </FormProvider>
    </DialogFrame>
  );
}
