import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** What was transferred stays at the former place; whoever wants it gone disconnects first. */
export function PreviousNotice({ agree }: { readonly agree: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="orange" title={t("leaving.previous")}>
      <Stack gap="sm">
        <Text size="sm">{t("leaving.previousText")}</Text>
        <Group>
          <Button onClick={agree}>{t("leaving.previousYes")}</Button>
        </Group>
      </Stack>
    </Alert>
  );
}
