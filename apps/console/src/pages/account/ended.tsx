import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAuditOf } from "../../api/audit.js";
import type { Account } from "../../api/types.js";
import { Loading } from "../../components/loading.js";
import { Page } from "../../components/page.js";
import { endingOf } from "./ending.js";

/** An account that ended while somebody looked at it. */
export function Ended({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  const audit = useAuditOf(account.accountId, account.formerPlaceOf !== null);
  if (account.formerPlaceOf !== null && audit.isPending)
    return (
      <Page title={t("account.plain")}>
        <Loading />
      </Page>
    );
  const ending = endingOf(account, audit.data);
  return (
    <Page title={t(`leaving.${ending}`)}>
      <Text>{t(`leaving.${ending}Text`)}</Text>
      <Anchor component={Link} to={`/users/${account.userId}`}>
        {t("leaving.backToUser")}
      </Anchor>
    </Page>
  );
}
