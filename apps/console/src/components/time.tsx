import { useFormat } from "../i18n/use-format.js";
import { useNow } from "../i18n/use-now.js";

/** How long ago, with the exact time for who wants it. */
export function Time({ at }: { readonly at: string }) {
  const { relative, time } = useFormat();
  // Says it anew as time goes by.
  useNow();
  return (
    <time dateTime={at} title={time(at)}>
      {relative(at)}
    </time>
  );
}
