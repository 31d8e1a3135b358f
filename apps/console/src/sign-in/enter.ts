import { begin, findIssuer, finish, wayOut, type Begun } from "./issuer.js";
import { session } from "./session.js";

/** How a visit begins; all but `signed-in` end with nothing to show but words. */
export type Entered =
  | { readonly kind: "signed-in"; readonly at: string }
  | { readonly kind: "leaving" }
  | { readonly kind: "handed-over" }
  | { readonly kind: "failed"; readonly error: unknown };

const KEPT = "ams-sync sign-in ";
const CHANNEL = "ams-sync sign-in";

/** Comes back from the issuer, or goes there. */
export async function enter(): Promise<Entered> {
  const query = new URLSearchParams(location.search);
  const back = location.pathname === "/signed-in";
  try {
    if (!back) return await leave(location.pathname + location.search);
    const state = query.get("state");
    if (state === null) return await leave("/");
    const begun = kept(state);
    if (begun === undefined) {
      // The window of `signInAgain`: the page that opened it waits for the answer.
      new BroadcastChannel(CHANNEL).postMessage(location.search);
      window.close();
      return { kind: "handed-over" };
    }
    session.begin(await finish(await findIssuer(), begun, query));
    return { kind: "signed-in", at: begun.returnTo };
  } catch (error) {
    return { kind: "failed", error };
  }
}

async function leave(returnTo: string): Promise<Entered> {
  const { begun, url } = await begin(await findIssuer(), returnTo);
  sessionStorage.setItem(KEPT + begun.state, JSON.stringify(begun));
  location.assign(url);
  return { kind: "leaving" };
}

/** Good for one return. */
function kept(state: string): Begun | undefined {
  const text = sessionStorage.getItem(KEPT + state);
  sessionStorage.removeItem(KEPT + state);
  return text === null ? undefined : (JSON.parse(text) as Begun);
}

/** In a window of its own, so that a half-filled dialog stays as it is. */
export async function signInAgain(): Promise<void> {
  // At once: browsers open windows only right after a click.
  const opened = window.open(
    "about:blank",
    "_blank",
    "popup,width=480,height=640",
  );
  const issuer = await findIssuer();
  const { begun, url } = await begin(issuer, "/");
  const channel = new BroadcastChannel(CHANNEL);
  const answered = new Promise<URLSearchParams>((resolve) => {
    channel.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const query = new URLSearchParams(data);
      if (query.get("state") === begun.state) resolve(query);
    });
  });
  if (opened === null) {
    await leave(location.pathname + location.search);
    return;
  }
  opened.location.href = url.href;
  session.begin(await finish(issuer, begun, await answered));
  channel.close();
}

export async function signOut(): Promise<void> {
  const url = wayOut(await findIssuer(), session.state().tokens?.idToken);
  location.assign(url ?? "/");
}
