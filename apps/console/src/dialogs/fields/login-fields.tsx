import { Alert, Button, Fieldset, Stack, TextInput } from "@mantine/core";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/problem.js";
import type { Account, Offered } from "../../api/types.js";
import { logsInElsewhere, type AccountForm } from "../form.js";
import type { LoginState } from "../use-login.js";
import { useErrorText } from "./error-text.js";

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
        <Button
          variant="default"
          onClick={state.test}
          loading={state.testing}
          style={{ alignSelf: "flex-start" }}
        >
          {t("dialog.test")}
        </Button>
        <div aria-live="polite">
          <Outcome state={state} />
        </div>
      </Stack>
    </Fieldset>
  );

  function passwordHint(): string {
    if (kept) return t("dialog.passwordStored");
    if (stored?.hasPassword) return t("dialog.passwordAgain");
    return t("dialog.passwordHint");
  }
}

/** Those that have a title of their own; others come with the service's sentence alone. */
const FAILURES = [
  "wrong-login",
  "unreachable",
  "not-dav",
  "certificate",
  "address-refused",
  "server-busy",
] as const;

function Outcome({
  state: { offered, refused },
}: {
  readonly state: LoginState;
}) {
  const { t } = useTranslation();
  if (offered)
    return (
      <Alert color="green" title={t("dialog.tested")}>
        {t(`dialog.offers.${offerOf(offered)}`)}
      </Alert>
    );
  if (!(refused instanceof ApiProblem)) return null;
  const { told } = refused;
  const failure = FAILURES.find((one) => one === told.failure);
  return (
    <Alert
      color="red"
      title={
        failure
          ? t(`dialog.failures.${failure}`)
          : told.title || t("dialog.notTested")
      }
    >
      {told.detail || t("common.awayHint")}
    </Alert>
  );
}

const offerOf = ({ contacts, appointments }: Offered) => {
  if (contacts && appointments) return "both";
  if (contacts) return "contacts";
  return appointments ? "appointments" : "none";
};
