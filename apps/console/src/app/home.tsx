import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Navigate } from "react-router";
import { useMe } from "../api/me.js";
import { Page } from "../components/page.js";
import { placesOf } from "./places.js";

/** The first place that somebody has. */
export function Home() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const [first] = me ? placesOf(me) : [];
  if (first) return <Navigate to={first.to} replace />;
  return (
    <Page title={t("common.product")}>
      <Alert color="orange" title={t("common.nobody")}>
        {t("common.nobodyHint")}
      </Alert>
    </Page>
  );
}
