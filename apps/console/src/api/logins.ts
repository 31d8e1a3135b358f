import { settings } from "./client.js";
import { bodyOf } from "./problem.js";
import type { Container, Login, Offered, Stream } from "./types.js";

/** A login that was typed, or the one that is stored for an account. */
export type TriedLogin =
  { readonly typed: Login } | { readonly accountId: string };

export const checkLogin = (login: TriedLogin): Promise<Offered> =>
  "typed" in login
    ? bodyOf(
        settings.POST("/api/v1/settings/logins/check", { body: login.typed }),
      )
    : bodyOf(
        settings.POST("/api/v1/settings/accounts/{accountId}/check", {
          params: { path: login },
        }),
      );

export const readContainers = async (
  login: TriedLogin,
  stream: Stream,
): Promise<readonly Container[]> => {
  const { containers } = await ("typed" in login
    ? bodyOf(
        settings.POST("/api/v1/settings/logins/containers", {
          body: { ...login.typed, stream },
        }),
      )
    : bodyOf(
        settings.GET("/api/v1/settings/accounts/{accountId}/containers", {
          params: { path: login, query: { stream } },
        }),
      ));
  return containers;
};
