import { accountForm, type AccountForm } from "./form.js";

/** One field of a dialog. */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** Never compared: nobody can read what is stored, and the question is each one's own. */
const OWN = new Set(["password", "contacts.everything"]);

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const leavesOf = (form: AccountForm): Leaf[] =>
  Object.entries(form).flatMap(([name, value]: [string, unknown]) =>
    isGroup(value)
      ? Object.entries(value).map(([inner, leaf]) => ({
          path: `${name}.${inner}`,
          value: leaf,
        }))
      : [{ path: name, value }],
  );

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const valueAt = (form: AccountForm, path: string): unknown =>
  leavesOf(form).find((leaf) => leaf.path === path)?.value;

/** The fields that are different, with their values in `after`. */
export const changedLeaves = (
  before: AccountForm,
  after: AccountForm,
): readonly Leaf[] =>
  leavesOf(after).filter(
    ({ path, value }) => !OWN.has(path) && !same(value, valueAt(before, path)),
  );

/** What somebody changed themselves counts, all else is as it is stored now. */
export function merged(
  base: AccountForm,
  stored: AccountForm,
  mine: AccountForm,
): AccountForm {
  const all: Record<string, unknown> = structuredClone(stored);
  for (const { path, value } of changedLeaves(base, mine)) {
    const [group = "", leaf] = path.split(".");
    const inside = all[group];
    if (leaf === undefined) all[group] = value;
    else if (isGroup(inside)) inside[leaf] = value;
  }
  const both = accountForm.parse(all);
  return {
    ...both,
    password: mine.password,
    contacts: { ...both.contacts, everything: mine.contacts.everything },
  };
}
