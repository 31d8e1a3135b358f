import { Alert, Button, Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { System } from "../api/types.js";
import { DialogFrame } from "./dialog-frame.js";

export function NotThereYet({
  system,
  onClose,
}: {
  readonly system: System;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const named = { system: t(`common.systems.${system}`) };
  return (
    <DialogFrame system={system} onClose={onClose}>
      <Stack>
        <Alert color="blue" title={t("dialog.connectorMissing", named)}>
          {t("dialog.connectorMissingText", named)}
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t("common.close")}
          </Button>
        </Group>
      </Stack>
    </DialogFrame>
  );
}
