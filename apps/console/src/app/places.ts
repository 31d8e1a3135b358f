import type { Me } from "../api/types.js";

export interface Place {
  readonly to: string;
  readonly label:
    | "users.title"
    | "admin.accounts"
    | "admin.audit"
    | "admin.tenants"
    | "why.title";
}

/** What the menu offers to somebody; whether they may is said by the services. */
export const placesOf = (
  me: Pick<Me, "userId" | "hoster">,
): readonly Place[] => [
  ...(me.userId === null
    ? []
    : ([
        { to: "/users", label: "users.title" },
        { to: "/accounts", label: "admin.accounts" },
        { to: "/why", label: "why.title" },
        { to: "/audit", label: "admin.audit" },
      ] as const)),
  ...(me.hoster ? ([{ to: "/tenants", label: "admin.tenants" }] as const) : []),
];
