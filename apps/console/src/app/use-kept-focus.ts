import { useEffect } from "react";
import { land, landingsAround, landingsIn } from "../components/land.js";

/**
 * What has the keyboard's focus may go: an answered question, the last "more". Browsers then begin anew at the top of the page and
 * say nothing. The focus goes to what came after it, else before it, else around it. Dialogs look after themselves.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    /** What has the focus and all around it, from the innermost. */
    let way: readonly Element[] = [];
    let byKeyboard = false;
    const remember = ({ target }: Event): void => {
      if (!(target instanceof Element)) return;
      way = [...outward(target)];
      byKeyboard = target.matches(":focus-visible");
    };
    const forget = (): void => void (way = []);
    const observer = new MutationObserver((records) => {
      const gone = way.findLast((one) => !one.isConnected);
      if (!gone || document.activeElement !== document.body) return;
      if (
        way.some(
          (one) => !one.isConnected && one.getAttribute("role") === "dialog",
        )
      )
        return;
      const record = records.find(({ removedNodes }) =>
        [...removedNodes].includes(gone),
      );
      const around = way.find((one) => one.isConnected);
      // Who clicked is not moved away from where they look.
      land(
        [
          ...landingsIn(record?.nextSibling),
          ...landingsIn(record?.previousSibling).toReversed(),
          ...landingsAround(around),
        ],
        { preventScroll: !byKeyboard },
      );
    });
    document.addEventListener("focusin", remember);
    document.addEventListener("pointerdown", forget);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", remember);
      document.removeEventListener("pointerdown", forget);
      observer.disconnect();
    };
  }, []);
}

function* outward(element: Element): Generator<Element> {
  for (let at: Element | null = element; at; at = at.parentElement) yield at;
}
