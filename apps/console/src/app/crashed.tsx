import { Alert, Button, Container, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** A fault of the page itself. */
export function Crashed() {
  const { t } = useTranslation();
  return (
    <Container size="sm" py="xl" component="main">
      <Alert color="red" role="alert" title={t("common.fault")}>
        <Stack align="flex-start">
          {t("common.faultHint")}
          <Button onClick={() => location.reload()}>
            {t("common.reload")}
          </Button>
        </Stack>
      </Alert>
    </Container>
  );
}
