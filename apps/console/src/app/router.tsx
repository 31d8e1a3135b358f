import { createBrowserRouter, type RouteObject } from "react-router";
import { Loading } from "../components/loading.js";
import { NotFound } from "../pages/not-found.js";
import { Crashed } from "./crashed.js";
import { Home } from "./home.js";
import { Shell } from "./shell.js";

/** Each page is fetched when it is first looked at. */
const PAGES: RouteObject[] = [
  {
    path: "users",
    lazy: async () => ({
      Component: (await import("../pages/users/users-page.js")).UsersPage,
    }),
  },
  {
    path: "users/:userId",
    lazy: async () => ({
      Component: (await import("../pages/user/user-page.js")).UserPage,
    }),
  },
  {
    path: "accounts",
    lazy: async () => ({
      Component: (await import("../pages/accounts/accounts-page.js"))
        .AccountsPage,
    }),
  },
  {
    path: "accounts/:accountId",
    lazy: async () => ({
      Component: (await import("../pages/account/account-page.js")).AccountPage,
    }),
  },
  {
    path: "why",
    lazy: async () => ({
      Component: (await import("../pages/why/why-page.js")).WhyPage,
    }),
  },
  {
    path: "audit",
    lazy: async () => ({
      Component: (await import("../pages/audit/audit-page.js")).AuditPage,
    }),
  },
  {
    path: "tenants",
    lazy: async () => ({
      Component: (await import("../pages/tenants/tenants-page.js")).TenantsPage,
    }),
  },
];

export const makeRouter = () =>
  createBrowserRouter([
    {
      element: <Shell />,
      errorElement: <Crashed />,
      hydrateFallbackElement: <Loading />,
      children: [
        { index: true, element: <Home /> },
        ...PAGES,
        { path: "*", element: <NotFound /> },
      ],
    },
  ]);
