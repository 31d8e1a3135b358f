import { createBrowserRouter, Navigate } from "react-router";
import { Loading } from "../components/loading.js";
import { NotFound } from "../pages/not-found.js";
import { Crashed } from "./crashed.js";
import { Shell } from "./shell.js";

export const makeRouter = () =>
  createBrowserRouter([
    {
      element: <Shell />,
      errorElement: <Crashed />,
      hydrateFallbackElement: <Loading />,
      children: [
        { index: true, element: <Navigate to="/users" replace /> },
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
        { path: "*", element: <NotFound /> },
      ],
    },
  ]);
