import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDisconnect, type Items } from "../api/accounts.js";
import type { Account } from "../api/types.js";
import { Dialog } from "./dialog.js";
import { ProblemAlert } from "./problem-alert.js";

const CHOICES = ["remove", "leave"] as const satisfies readonly Items[];

/** Nothing is chosen beforehand: neither can be taken back. */
export function Disconnect({
  account,
  onClose,
  onDone,
}: {
  readonly account: Account;
  readonly onClose: () => void;
  readonly onDone: (items: Items) => void;
}) {
  const { t } = useTranslation();
  const [items, setItems] = useState<Items>();
  const [missed, setMissed] = useState(false);
  const disconnect = useDisconnect(account);
  return (
    <Dialog onClose={onClose} title={t("leaving.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setMissed(items === undefined);
          if (items !== undefined)
            disconnect.mutate(items, { onSuccess: () => onDone(items) });
        }}
      >
        <Stack>
          <Text>
            {t("leaving.text", {
              system: t(`common.systems.${account.system}`),
              username: account.username,
            })}
          </Text>
          <Radio.Group
            label={t("leaving.question")}
            value={items ?? null}
            onChange={(next) =>
              setItems(CHOICES.find((choice) => choice === next))
            }
            error={missed && items === undefined && t("leaving.chooseFirst")}
          >
            <Stack gap="sm" my="xs">
              {CHOICES.map((choice) => (
                <Radio
                  key={choice}
                  value={choice}
                  label={t(`leaving.${choice}`)}
                  description={t(`leaving.${choice}Hint`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          {disconnect.error && <ProblemAlert error={disconnect.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>
              {t("common.cancel")}
            </Button>
            <Button type="submit" loading={disconnect.isPending}>
              {t("leaving.yes")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
