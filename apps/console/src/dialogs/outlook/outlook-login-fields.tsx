import {
  Fieldset,
  Radio,
  Group,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Account } from "../../api/types.js";
import { useErrorText } from "../fields/error-text.js";
import { TestLogin } from "../fields/test-login.js";
import { logsInElsewhere, type AccountForm } from "../form.js";
import type { LoginState } from "../use-login.js";
import { type AppLogin, appLoginOf, passwordOf } from "./app-login.js";

/** A mailbox, and the app registration that opens it. */
export function OutlookLoginFields({
  stored,
  state,
}: {
  readonly stored: Account | undefined;
  readonly state: LoginState;
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { register, formState, watch, setValue } =
    useFormContext<AccountForm>();
  const { errors, isSubmitted } = formState;
  const password = watch("password");
  // Where nothing else is typed the password does not say it.
  const [proof, setProof] = useState<AppLogin["proof"]>(
    appLoginOf(password).proof,
  );
  const app = { ...appLoginOf(password), proof };
  const type = (change: Partial<AppLogin>): void =>
    setValue("password", passwordOf({ ...app, ...change }), {
      shouldDirty: true,
      shouldValidate: isSubmitted,
    });
  const kept =
    stored !== undefined &&
    !logsInElsewhere(
      { serverUrl: stored.serverUrl, username: watch("username") },
      stored,
    );
  const field = (name: "tenant" | "clientId" | "value") => ({
    value: app[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      type({ [name]: event.currentTarget.value }),
    required: !kept,
    autoComplete: "off",
    spellCheck: false,
  });
  return (
    <Fieldset legend={t("dialog.login")}>
      <Stack gap="sm">
        <TextInput
          {...register("username")}
          label={t("dialog.mailbox")}
          description={t("dialog.mailboxHint")}
          error={errorText(errors.username)}
          type="email"
          required
          autoComplete="off"
          data-autofocus={stored === undefined || undefined}
        />
        <Text size="sm" c="dimmed">
          {t(kept ? "dialog.appStored" : "dialog.appHint")}
        </Text>
        <TextInput {...field("tenant")} label={t("dialog.tenant")} />
        <TextInput {...field("clientId")} label={t("dialog.clientId")} />
        <Radio.Group
          label={t("dialog.proof")}
          value={proof}
          onChange={(next) => {
            const chosen = next === "certificate" ? next : "secret";
            setProof(chosen);
            type({ proof: chosen, value: "" });
          }}
        >
          <Group mt="xs">
            <Radio value="secret" label={t("dialog.secret")} />
            <Radio value="certificate" label={t("dialog.certificate")} />
          </Group>
        </Radio.Group>
        {proof === "secret" ? (
          <TextInput
            {...field("value")}
            label={t("dialog.secretValue")}
            description={t("dialog.secretHint")}
            error={errorText(errors.password)}
            type="password"
            autoComplete="new-password"
          />
        ) : (
          <Textarea
            {...field("value")}
            label={t("dialog.certificateText")}
            description={t("dialog.certificateHint")}
            error={errorText(errors.password)}
            autosize
            minRows={3}
            maxRows={8}
          />
        )}
        <TestLogin state={state} />
      </Stack>
    </Fieldset>
  );
}
