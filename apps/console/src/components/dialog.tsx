import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { land, landingsAround } from "./land.js";

export interface DialogOptions {
  readonly title: string;
  readonly onClose: () => void;
  /** With a form in it: fills a telephone, and a click beside it does not throw away what was typed. */
  readonly form?: boolean;
  /** There is a way out, by Escape and by a cross. */
  readonly closable?: boolean;
  readonly children: ReactNode;
}

/** Where the keyboard was before the first of several dialogs. */
let opener: Element | null = null;

/** Mantine gives the focus back when a dialog is closed, and not when it is taken away, as here. */
function useFocusBack(): void {
  useState(() => {
    const active = document.activeElement;
    if (active?.closest("[role=dialog]")) return;
    // Nothing has the focus where an address opened the dialog.
    opener = active === document.body ? null : active;
  });
  useEffect(
    () => () => {
      land([opener, ...landingsAround(opener)]);
    },
    [],
  );
}

export function Dialog({
  title,
  onClose,
  form = false,
  closable = true,
  children,
}: DialogOptions) {
  const { t } = useTranslation();
  useFocusBack();
  const phone = useMediaQuery("(max-width: 36em)") ?? false;
  return (
    <Modal.Root
      opened
      onClose={onClose}
      size={form ? "lg" : "md"}
      fullScreen={form && phone}
      closeOnClickOutside={closable && !form}
      closeOnEscape={closable}
      zIndex={closable ? 200 : 1_000}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* A header element here would count as the page's own. */}
        <Modal.Header role="presentation">
          <Modal.Title>{title}</Modal.Title>
          {closable && <Modal.CloseButton aria-label={t("common.close")} />}
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
