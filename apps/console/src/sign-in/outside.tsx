import { Alert, Button, Container, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Entered } from "./enter.js";

/** What is shown to who is not signed in (yet). */
export function Outside({
  entered,
}: {
  readonly entered: Exclude<Entered, { kind: "signed-in" }>;
}) {
  const { t } = useTranslation();
  return (
    <Container size="sm" py="xl" component="main">
      {entered.kind === "leaving" && <Text>{t("common.leaving")}</Text>}
      {entered.kind === "handed-over" && <Text>{t("common.handedOver")}</Text>}
      {entered.kind === "failed" && (
        <Alert color="red" role="alert" title={t("common.signInFailed")}>
          <Stack align="flex-start">
            {t("common.signInFailedHint")}
            <Button component="a" href="/">
              {t("common.again")}
            </Button>
          </Stack>
        </Alert>
      )}
    </Container>
  );
}
