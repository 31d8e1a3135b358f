import { Alert, Button, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../components/dialog.js";
import { signInAgain } from "./enter.js";
import { session } from "./session.js";

/** The token is not good any more; whatever was being filled in stays behind this. */
export function ExpiredDialog() {
  const { t } = useTranslation();
  const { expired } = useSyncExternalStore(session.subscribe, session.state);
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: signInAgain,
    onSuccess: () => queries.invalidateQueries(),
  });
  if (!expired) return null;
  return (
    <Dialog
      closable={false}
      title={t("common.expired")}
      onClose={() => undefined}
    >
      <Stack>
        <Text>{t("common.expiredHint")}</Text>
        {again.isError && (
          <Alert color="red" role="alert">
            {t("common.signInFailed")}
          </Alert>
        )}
        <Button data-autofocus onClick={() => again.mutate()}>
          {t("common.signInAgain")}
        </Button>
      </Stack>
    </Dialog>
  );
}
