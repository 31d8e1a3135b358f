import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useAccount } from "../../api/accounts.js";
import { ApiProblem } from "../../api/problem.js";
import { useLive } from "../../api/live.js";
import { useStatus } from "../../api/status.js";
import type { Account } from "../../api/types.js";
import { useUserPage } from "../../api/users.js";
import { Loading } from "../../components/loading.js";
import { Page } from "../../components/page.js";
import { ProblemAlert } from "../../components/problem-alert.js";
import { hostOf } from "../user/choice.js";
import { Actions } from "./actions.js";
import { Condition } from "./condition.js";
import { Ended } from "./ended.js";
import { Leaving } from "./leaving.js";
import { Lists } from "./lists.js";
import { PreviewBanner } from "./preview/preview-banner.js";

/** How one account is, what it did and what it asks. */
export function AccountPage() {
  const { t } = useTranslation();
  const { accountId = "" } = useParams();
  const account = useAccount(accountId);
  const gone =
    account.error instanceof ApiProblem && account.error.told.status === 404;
  if (account.data?.leaving && gone) return <Ended account={account.data} />;
  if (account.data && !gone) return <Known account={account.data} />;
  return (
    <Page title={t("account.plain")}>
      {account.error ? (
        <ProblemAlert
          error={account.error}
          again={() => void account.refetch()}
        />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Known({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  const { accountId, userId, system, username } = account;
  const user = useUserPage(userId).data?.user;
  const status = useStatus(accountId);
  const live = useLive(accountId);
  const name = user?.name ?? "…";
  return (
    <Page
      title={t("account.title", {
        system: t(`common.systems.${system}`),
        name,
      })}
      back={{ to: `/users/${userId}`, label: t("users.page", { name }) }}
    >
      <Text>
        {t("users.as", { username, host: hostOf(account) })}{" "}
        <Anchor component={Link} to={`/users/${userId}`}>
          {t("account.configure")}
        </Anchor>{" "}
        <Anchor component={Link} to={`/why?account=${accountId}`}>
          {t("why.someMissing")}
        </Anchor>
      </Text>
      {status.isPending && <Loading />}
      {status.error && (
        <ProblemAlert
          error={status.error}
          again={() => void status.refetch()}
        />
      )}
      {status.data && (
        <Stack gap="lg">
          <PreviewBanner status={status.data} />
          <Condition status={status.data} live={live} />
          {account.leaving ? (
            <Leaving
              account={account}
              items={account.leaving}
              status={status.data}
            />
          ) : (
            <Actions account={account} status={status.data} />
          )}
          <Lists status={status.data} />
        </Stack>
      )}
    </Page>
  );
}
