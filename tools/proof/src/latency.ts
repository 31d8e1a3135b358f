/** Milliseconds from `since` until `seen` first answers true; undefined when it does not within the bound. */
export async function visibleAfter(
  since: number,
  seen: () => Promise<boolean>,
  boundMs = 60_000,
): Promise<number | undefined> {
  while (performance.now() - since < boundMs) {
    if (await seen()) return Math.round(performance.now() - since);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return undefined;
}
