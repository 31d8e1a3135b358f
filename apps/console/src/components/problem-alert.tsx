import { Alert, Button, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/problem.js";

/** What went wrong, in the words of the service, and what to do. */
export function ProblemAlert({
  error,
  again,
}: {
  readonly error: Error;
  readonly again?: () => void;
}) {
  const { t } = useTranslation();
  const told = error instanceof ApiProblem ? error.told : undefined;
  const missing = told?.missingRights ?? [];
  if (told && missing.length > 0)
    return (
      <Alert color="orange" role="alert" title={t("common.missingRight")}>
        <Text>{t("common.missingRights")}</Text>
        <List my="xs">
          {missing.map(({ code, name }) => (
            <List.Item key={code}>{name}</List.Item>
          ))}
        </List>
        <Text>{t("common.missingRightsHint")}</Text>
      </Alert>
    );
  return (
    <Alert color="red" role="alert" title={told?.title || t("common.away")}>
      <Stack align="flex-start" gap="sm">
        <Text>{told?.detail || t("common.awayHint")}</Text>
        {again && (
          <Button variant="default" onClick={again}>
            {t("common.again")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
