import { Alert, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ApiProblem } from "../api/problem.js";
import { useAttention } from "../components/use-attention.js";

/** Nothing was saved, and why; what belongs to a field stands there. */
export function RefusedNotice({
  problem: { told },
  without,
}: {
  readonly problem: ApiProblem;
  readonly without: readonly string[];
}) {
  const { t } = useTranslation();
  const atFields = (told.errors?.length ?? 0) > without.length;
  // A field that is wrong has it already.
  const notice = useAttention(!atFields);
  return (
    <Alert
      ref={notice}
      tabIndex={-1}
      color="red"
      title={`${t("dialog.notSaved")}: ${told.title || t("common.away")}`}
    >
      <Stack gap="xs">
        <Text size="sm">{told.detail || t("common.awayHint")}</Text>
        {without.length > 0 && (
          <List size="sm">
            {without.map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        )}
        {atFields && <Text size="sm">{t("dialog.lookAtFields")}</Text>}
      </Stack>
    </Alert>
  );
}
