import { Alert, Button, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Status } from "../../api/state-types.js";
import { useReset, useSyncNow } from "../../api/status.js";
import type { Account, Stream } from "../../api/types.js";
import { BusyButton } from "../../components/busy-button.js";
import { Confirm } from "../../components/confirm.js";
import { Disconnect } from "../../components/disconnect.js";
import { NewPassword } from "../../components/new-password.js";
import { ProblemAlert } from "../../components/problem-alert.js";
import { useFormat } from "../../i18n/use-format.js";

/** A due time that is nearer than this is now. */
const NOW_MS = 5_000;

/** "Jetzt synchronisieren" and "Zurücksetzen" (R43–R45), a new password, and the way out. */
export function Actions({
  account,
  status: { accountId, streams, health },
}: {
  readonly account: Account;
  readonly status: Status;
}) {
  const { t } = useTranslation();
  const { relative } = useFormat();
  const [asked, setAsked] = useState<Stream | "password" | "disconnect">();
  const [said, setSaid] = useState<string>();
  const sync = useSyncNow(accountId);
  const reset = useReset(accountId);
  const close = (): void => setAsked(undefined);
  const begins = (dueAt: string): string =>
    new Date(dueAt).getTime() - Date.now() > NOW_MS
      ? t("account.syncLater", { when: relative(dueAt) })
      : t("account.syncAsked");
  return (
    <Stack gap="sm">
      <Group>
        <BusyButton
          busy={sync.isPending}
          onClick={() =>
            sync.mutate(undefined, {
              onSuccess: ({ dueAt }) => setSaid(begins(dueAt)),
              onError: () => setSaid(undefined),
            })
          }
        >
          {t("account.syncNow")}
        </BusyButton>
        {health === "needs-login" && (
          <Button onClick={() => setAsked("password")}>
            {t("leaving.newPassword")}
          </Button>
        )}
        {streams.map(({ kind }) => (
          <Button key={kind} variant="default" onClick={() => setAsked(kind)}>
            {t("account.resetOf", { stream: t(`common.streams.${kind}`) })}
          </Button>
        ))}
        <Button variant="default" onClick={() => setAsked("disconnect")}>
          {t("leaving.disconnect")}
        </Button>
      </Group>
      <div role="status">
        {said && (
          <Alert
            color="green"
            withCloseButton
            closeButtonLabel={t("common.close")}
            onClose={() => setSaid(undefined)}
          >
            {said}
          </Alert>
        )}
      </div>
      {sync.error && <ProblemAlert error={sync.error} />}
      {asked === "password" && (
        <NewPassword
          account={account}
          onClose={close}
          onDone={() => {
            setSaid(t("leaving.newPasswordSaved"));
            close();
          }}
        />
      )}
      {asked === "disconnect" && (
        <Disconnect account={account} onClose={close} onDone={close} />
      )}
      {(asked === "contacts" || asked === "appointments") && (
        <Confirm
          title={t("account.resetTitle", {
            stream: t(`common.streams.${asked}`),
          })}
          text={t("account.resetText")}
          yes={t("account.reset")}
          onClose={close}
          onYes={async () => {
            const { message } = await reset.mutateAsync(asked);
            setSaid(message);
            close();
          }}
        />
      )}
    </Stack>
  );
}
