import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Items } from "../api/accounts.js";
import { ItemsChoice } from "../components/items-choice.js";
import { useAttention } from "../components/use-attention.js";

/** An account is pointed elsewhere: what becomes of what is at the former place? */
export function PreviousNotice({
  choose,
}: {
  readonly choose: (items: Items) => void;
}) {
  const { t } = useTranslation();
  const [items, setItems] = useState<Items>();
  const [missed, setMissed] = useState(false);
  const notice = useAttention();
  return (
    <Alert
      ref={notice}
      tabIndex={-1}
      color="orange"
      title={t("leaving.previous")}
    >
      <Stack gap="sm">
        <Text size="sm">{t("leaving.previousText")}</Text>
        <ItemsChoice
          chosen={items}
          onChoose={setItems}
          missed={missed}
          former
        />
        <Group>
          <Button
            onClick={() => {
              setMissed(items === undefined);
              if (items !== undefined) choose(items);
            }}
          >
            {t("leaving.previousYes")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
