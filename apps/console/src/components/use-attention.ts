import { useEffect, useRef, type RefObject } from "react";

/**
 * For a question that comes up below what was just filled in: on a telephone it would be out of sight, and the button that
 * had the keyboard's focus is gone, so that Tab would go on behind the dialog. Give it `tabIndex={-1}`.
 */
export function useAttention(wanted = true): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wanted) return;
    ref.current?.scrollIntoView({ block: "center" });
    ref.current?.focus({ preventScroll: true });
  }, [wanted]);
  return ref;
}
