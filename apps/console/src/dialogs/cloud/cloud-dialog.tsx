import { Button, Group, Stack } from "@mantine/core";
import { FormProvider } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { DialogProps } from "../dialog-props.js";
import { DialogFrame } from "../dialog-frame.js";
import { AppointmentsFields } from "../fields/appointments-fields.js";
import { ContactsFields } from "../fields/contacts-fields.js";
import { LoginFields } from "../fields/login-fields.js";
import { PolicyField } from "../fields/policy-field.js";
import { MovedNotice } from "../moved-notice.js";
import { PreviousNotice } from "../previous-notice.js";
import { RefusedNotice } from "../refused-notice.js";
import { useAccountForm } from "../use-account-form.js";
import { useLogin } from "../use-login.js";

export function CloudDialog({ onClose, ...what }: DialogProps) {
  const { t } = useTranslation();
  const state = useAccountForm({ ...what, system: "cloud" });
  const { form, stored, save, saving, refused, moved } = state;
  const login = useLogin(form, stored, "cloud");
  return (
    <DialogFrame system="cloud" onClose={onClose}>
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
            <AppointmentsFields state={login} />
            <ContactsFields userId={what.userId} state={login} />
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
                <Button type="submit" loading={saving}>
                  {t("common.save")}
                </Button>
              )}
            </Group>
          </Stack>
        </form>
      </FormProvider>
    </DialogFrame>
  );
}
