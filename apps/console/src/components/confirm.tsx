import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { BusyButton } from "./busy-button.js";
import { Dialog } from "./dialog.js";
import { ProblemAlert } from "./problem-alert.js";

/** A question before something that cannot simply be taken back. */
export function Confirm({
  title,
  text,
  yes,
  onYes,
  onClose,
}: {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly onYes: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const carryOut = useMutation({ mutationFn: onYes });
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack>
        <Text>{text}</Text>
        {carryOut.error && <ProblemAlert error={carryOut.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("common.cancel")}
          </Button>
          <BusyButton
            busy={carryOut.isPending}
            onClick={() => carryOut.mutate()}
          >
            {yes}
          </BusyButton>
        </Group>
      </Stack>
    </Dialog>
  );
}
