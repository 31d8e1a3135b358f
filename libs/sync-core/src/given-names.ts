import type { Fields } from "./canonical.js";
import { tidy } from "./text.js";

/**
 * What ams has as the first name, of an item with a part of its own for further given names (RFC 6350 6.2.2). Where
 * nothing is known they belong to it: they tell "Hans Peter" from his father Hans. Where ams is known to have only what
 * stands in the first part, the others are the item's own: it ends otherwise, and has no more names than that part.
 */
export function givenNames(
  given: string,
  further: string,
  { firstName: known }: Fields<"firstName">,
): string {
  const [first, rest] = [tidy(given), tidy(further)];
  const all = tidy(`${first} ${rest}`);
  if (known === undefined) return first === "" ? first : all;
  if (rest === "" || known === first) return first;
  const belongs =
    ` ${known}`.endsWith(` ${rest}`) || count(known) > count(first);
  return belongs ? all : first;
}

const count = (names: string): number => names.split(" ").length;
