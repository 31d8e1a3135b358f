import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Items } from "../api/accounts.js";
import { BusyButton } from "./busy-button.js";
import { Dialog } from "./dialog.js";
import { ItemsChoice } from "./items-choice.js";
import { ProblemAlert } from "./problem-alert.js";

/** Before something is not transferred any more: what becomes of what is there? */
export function AskItems({
  title,
  text,
  yes,
  onYes,
  onClose,
}: {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly onYes: (items: Items) => Promise<void>;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [items, setItems] = useState<Items>();
  const [missed, setMissed] = useState(false);
  const carryOut = useMutation({ mutationFn: onYes });
  return (
    <Dialog onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setMissed(items === undefined);
          if (items !== undefined) carryOut.mutate(items);
        }}
      >
        <Stack>
          <Text>{text}</Text>
          <ItemsChoice
            chosen={items}
            onChoose={setItems}
            missed={missed}
            begins
          />
          {carryOut.error && <ProblemAlert error={carryOut.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common.cancel")}
            </Button>
            <BusyButton type="submit" busy={carryOut.isPending}>
              {yes}
            </BusyButton>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
