import { Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog.js";
import { hostOf, type Step } from "./choice.js";

/** R38, R42: one login serves both kinds, unless somebody wants another. */
export function WhichAccount({
  step: { system, accounts },
  next,
  onClose,
}: {
  readonly step: Extract<Step, { kind: "which" }>;
  readonly next: (step: Step) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog onClose={onClose} title={t("users.whichAccount")}>
      <Stack>
        <Text>
          {t("users.whichAccountText", {
            system: t(`common.systems.${system}`),
          })}
        </Text>
        {accounts.map((account) => (
          <Button
            key={account.accountId}
            onClick={() => next({ kind: "dialog", system, account })}
          >
            {t("users.useThis", {
              username: account.username,
              host: hostOf(account),
            })}
          </Button>
        ))}
        <Button
          variant="default"
          onClick={() => next({ kind: "dialog", system, account: undefined })}
        >
          {t("users.useNew")}
        </Button>
      </Stack>
    </Dialog>
  );
}
