import { Button, Loader, type ButtonProps } from "@mantine/core";
import type { MouseEvent, ReactNode } from "react";

/** Cannot be pressed again while it works. Mantine's own `loading` disables the button, and with that takes the keyboard's focus from it. */
export function BusyButton({
  busy,
  onClick,
  ...how
}: Omit<ButtonProps, "loading" | "leftSection"> & {
  readonly busy: boolean;
  readonly type?: "submit";
  readonly onClick?: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Button
      {...how}
      aria-disabled={busy || undefined}
      leftSection={
        busy && <Loader size={14} color="currentColor" aria-hidden />
      }
      onClick={(event: MouseEvent) => {
        // A form is not sent twice either.
        if (busy) event.preventDefault();
        else onClick?.();
      }}
    />
  );
}
