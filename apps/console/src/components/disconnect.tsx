import { useTranslation } from "react-i18next";
import { useDisconnect, type Items } from "../api/accounts.js";
import type { Account } from "../api/types.js";
import { AskItems } from "./ask-items.js";

export function Disconnect({
  account,
  onClose,
  onDone,
}: {
  readonly account: Account;
  readonly onClose: () => void;
  readonly onDone: (items: Items) => void;
}) {
  const { t } = useTranslation();
  const disconnect = useDisconnect(account);
  return (
    <AskItems
      title={t("leaving.title")}
      text={t("leaving.text", {
        system: t(`common.systems.${account.system}`),
        username: account.username,
      })}
      yes={t("leaving.yes")}
      onClose={onClose}
      onYes={async (items) => {
        await disconnect.mutateAsync(items);
        onDone(items);
      }}
    />
  );
}
