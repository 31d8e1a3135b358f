import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDisconnect } from "../../api/accounts.js";
import type { Status } from "../../api/state-types.js";
import type { Account } from "../../api/types.js";
import { Confirm } from "../../components/confirm.js";
import { NewPassword } from "../../components/new-password.js";
import { useFormat } from "../../i18n/use-format.js";

/** What is left to do until the account is gone, and what helps where the server refuses to let it be done. */
export function Leaving({
  account,
  items,
  status: { health, streams },
}: {
  readonly account: Account;
  readonly items: NonNullable<Account["leaving"]>;
  readonly status: Status;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const [asked, setAsked] = useState<"leave" | "password">();
  const disconnect = useDisconnect(account);
  const links = streams.reduce((sum, one) => sum + one.links, 0);
  const close = (): void => setAsked(undefined);
  return (
    <Alert color="orange" role="status">
      <Stack gap="sm">
        <Text>
          {t(
            account.formerPlaceOf && items === "remove"
              ? "leaving.formerState"
              : `leaving.state.${items}`,
          )}
        </Text>
        {items === "remove" && (
          <Text size="sm">{t("leaving.left", { count: number(links) })}</Text>
        )}
        {items === "remove" && health === "needs-login" && (
          <Text>{t("leaving.instead")}</Text>
        )}
        {items === "remove" && (
          <Group>
            {health === "needs-login" && (
              <Button onClick={() => setAsked("password")}>
                {t("leaving.newPassword")}
              </Button>
            )}
            <Button variant="default" onClick={() => setAsked("leave")}>
              {t("leaving.leaveInstead")}
            </Button>
          </Group>
        )}
      </Stack>
      {asked === "password" && (
        <NewPassword account={account} onClose={close} onDone={close} />
      )}
      {asked === "leave" && (
        <Confirm
          title={t("leaving.leave")}
          text={t("leaving.leaveHint")}
          yes={t("leaving.yes")}
          onClose={close}
          onYes={async () => {
            await disconnect.mutateAsync("leave");
            close();
          }}
        />
      )}
    </Alert>
  );
}
