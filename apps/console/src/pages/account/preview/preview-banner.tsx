import { Alert, Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePreview } from "../../../api/preview.js";
import type { Status } from "../../../api/state-types.js";
import type { Stream } from "../../../api/types.js";
import { TO_LISTS } from "../lists.js";
import { useFigures } from "./figures.js";

/** Nothing is written until somebody agrees: the first thing to be seen. */
export function PreviewBanner({
  status: { accountId, streams },
}: {
  readonly status: Status;
}) {
  const { t } = useTranslation();
  const open = streams.filter(({ preview }) => preview !== null);
  if (open.length === 0) return null;
  return (
    <Alert color="blue" title={t("preview.badge")}>
      <Stack gap="xs">
        {open.map(({ kind }) => (
          <OfStream key={kind} accountId={accountId} stream={kind} />
        ))}
        <Anchor component={Link} to="?tab=preview" replace state={TO_LISTS}>
          {t("preview.look")}
        </Anchor>
      </Stack>
    </Alert>
  );
}

function OfStream({
  accountId,
  stream,
}: {
  readonly accountId: string;
  readonly stream: Stream;
}) {
  const { t } = useTranslation();
  const figuresOf = useFigures();
  const { data } = usePreview(accountId, stream);
  const text = data
    ? figuresOf(data)
        .map((one) => one.text)
        .join(", ")
    : "";
  const state =
    data?.state === "planning" ? t("preview.planning") : data?.message;
  return (
    <div>
      <Text fw={600} size="sm">
        {t(`common.streams.${stream}`)}
        {text !== "" && `: ${text}`}
      </Text>
      <Text size="sm">{state}</Text>
    </div>
  );
}
