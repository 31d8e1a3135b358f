import type { UserPage } from "../../api/types.js";

export interface OwnerChoice {
  readonly userId: string;
  /** Undefined: of somebody who is not of the department. */
  readonly name: string | undefined;
  /** Nothing of theirs is sent: the right is missing, or the department is another one. */
  readonly allowed: boolean;
}

/** Colleagues that may be chosen, and those that were: these can only be taken out once they are not allowed. */
export function ownerChoices(
  page: Pick<UserPage, "mayChooseOthers" | "colleagues"> | undefined,
  chosen: readonly string[],
): readonly OwnerChoice[] {
  const { mayChooseOthers = false, colleagues = [] } = page ?? {};
  const choices = colleagues.map(({ userId, name }) => ({
    ...{ userId, name },
    allowed: mayChooseOthers,
  }));
  const known = new Set(colleagues.map(({ userId }) => userId));
  return [
    ...choices.filter((one) => one.allowed || chosen.includes(one.userId)),
    ...chosen
      .filter((userId) => !known.has(userId))
      .map((userId) => ({ userId, name: undefined, allowed: false })),
  ];
}
