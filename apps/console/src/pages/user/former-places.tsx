import { Alert, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Account } from "../../api/types.js";
import { hostOf } from "./choice.js";
import { TargetState } from "./target-state.js";

/** Where what ams put is still being removed, after an account was pointed elsewhere. */
export function FormerPlaces({
  accounts,
}: {
  readonly accounts: readonly Account[];
}) {
  const { t } = useTranslation();
  if (accounts.length === 0) return null;
  return (
    <Alert color="orange" title={t("leaving.former")}>
      <Stack gap="sm">
        <Text size="sm">{t("leaving.formerText")}</Text>
        <List listStyleType="none" spacing="xs">
          {accounts.map((account) => (
            <List.Item key={account.accountId}>
              <Text size="sm">
                {t("users.as", {
                  username: account.username,
                  host: hostOf(account),
                })}
              </Text>
              <TargetState account={account} />
            </List.Item>
          ))}
        </List>
      </Stack>
    </Alert>
  );
}
