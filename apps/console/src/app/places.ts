import type { Me } from "../api/types.js";

/** What the menu offers to somebody. */
export const placesOf = (
  me: Pick<Me, "userId">,
): readonly { readonly to: string; readonly label: "users.title" }[] => [
  ...(me.userId === null
    ? []
    : [{ to: "/users", label: "users.title" } as const]),
];
