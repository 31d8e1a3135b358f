import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { System } from "../api/types.js";
import { Dialog } from "../components/dialog.js";

export function DialogFrame({
  system,
  onClose,
  children,
}: {
  readonly system: System;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Dialog
      form
      title={t("dialog.title", { system: t(`common.systems.${system}`) })}
      onClose={onClose}
    >
      {children}
    </Dialog>
  );
}
