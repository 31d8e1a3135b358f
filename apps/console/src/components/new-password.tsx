import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNewPassword } from "../api/accounts.js";
import type { Account } from "../api/types.js";
import { BusyButton } from "./busy-button.js";
import { Dialog } from "./dialog.js";
import { ProblemAlert } from "./problem-alert.js";

/** The one thing that a server asks for that takes the stored one no more. */
export function NewPassword({
  account,
  onClose,
  onDone,
}: {
  readonly account: Account;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [missed, setMissed] = useState(false);
  const store = useNewPassword(account);
  return (
    <Dialog form onClose={onClose} title={t("leaving.newPassword")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setMissed(password === "");
          if (password !== "") store.mutate(password, { onSuccess: onDone });
        }}
      >
        <Stack>
          <Text>
            {t("leaving.newPasswordText", { username: account.username })}
          </Text>
          <PasswordInput
            label={t("dialog.password")}
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            autoComplete="new-password"
            error={missed && password === "" && t("dialog.errors.required")}
            data-autofocus
          />
          {store.error && <ProblemAlert error={store.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common.cancel")}
            </Button>
            <BusyButton type="submit" busy={store.isPending}>
              {t("common.save")}
            </BusyButton>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
