import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "../components/page.js";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page
      title={t("common.notFound")}
      back={{ to: "/", label: t("users.title") }}
    >
      <Text>{t("common.notFoundHint")}</Text>
    </Page>
  );
}
