import { Fieldset, Stack, TextInput } from "@mantine/core";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Account } from "../../api/types.js";
import { logsInElsewhere, type AccountForm } from "../form.js";
import type { LoginState } from "../use-login.js";
import { useErrorText } from "./error-text.js";
import { TestLogin } from "./test-login.js";

export function LoginFields({
  stored,
  state,
}: {
  readonly stored: Account | undefined;
  readonly state: LoginState;
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { register, formState, watch } = useFormContext<AccountForm>();
  const { errors } = formState;
  const kept =
    stored !== undefined &&
    !logsInElsewhere(
      { serverUrl: watch("serverUrl"), username: watch("username") },
      stored,
    );
  return (
    <Fieldset legend={t("dialog.login")}>
      <Stack gap="sm">
        <TextInput
          {...register("serverUrl")}
          label={t("dialog.serverUrl")}
          description={t("dialog.serverUrlHint")}
          error={errorText(errors.serverUrl)}
          type="url"
          required
          autoComplete="off"
          spellCheck={false}
          data-autofocus={stored === undefined || undefined}
        />
        <TextInput
          {...register("username")}
          label={t("dialog.username")}
          error={errorText(errors.username)}
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <TextInput
          {...register("password")}
          label={t("dialog.password")}
          description={passwordHint()}
          error={errorText(errors.password)}
          type="password"
          required={!kept}
          autoComplete="new-password"
        />
        <TestLogin state={state} />
      </Stack>
    </Fieldset>
  );

  function passwordHint(): string {
    if (kept) return t("dialog.passwordStored");
    if (stored?.hasPassword) return t("dialog.passwordAgain");
    return t("dialog.passwordHint");
  }
}
