/** Two brokerages whose people try an API, the same in every service. */
export const OURS = "5b0e6c1e-7a52-4b8e-9d5c-0a4f3c2b1d00";
export const THEIRS = "6c1f7d2f-8b63-4c9f-8e6d-1b5f4d3c2e11";

/** Every combination of three rights; the user's id is 10 + its number. */
export const combinationsOf = (
  rights: readonly string[],
): readonly (readonly string[])[] =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
    rights.filter((_right, index) => (bits >> index) % 2 === 1),
  );
export const loginOf = (combination: number): string => `mit${combination}`;
/** Has all rights. */
export const BOSS = { login: loginOf(7), userId: "17" };

export interface Route {
  readonly method: string;
  readonly url: string;
}
interface Routed {
  addHook(
    name: "onRoute",
    hook: (route: {
      readonly method: string | string[];
      readonly url: string;
    }) => void,
  ): unknown;
}

/** What an API serves, once it does: nothing may be left out of the table of rights. */
export const routesOf = (server: Routed): readonly Route[] => {
  const routes: Route[] = [];
  server.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url });
  });
  return routes;
};
