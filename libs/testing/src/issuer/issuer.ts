import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { freePort } from "../free-port.js";
import { interactions } from "./interactions.js";
import { newKey, providerOf } from "./provider.js";
import { ISSUER_AUDIENCE, ISSUER_CLIENT_ID } from "./names.js";
import { signIn } from "./sign-in.js";
import type { IssuerUser } from "./user.js";

export interface IssuerOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Asked at each sign-in. */
  readonly users: () => Promise<readonly IssuerUser[]>;
  /** Where the console may be sent back to, beside the one of `tokenFor`. */
  readonly redirectUris?: readonly string[];
  /** Seconds that an access token is good for. */
  readonly tokenLifetime?: number;
}

export interface Issuer {
  /** The issuer's identifier. */
  readonly url: string;
  readonly audience: string;
  readonly clientId: string;
  /** An access token, by the way a browser goes: authorization code with PKCE. */
  tokenFor(login: string): Promise<string>;
  /** From now on other keys are published and used; whoever was signed in is not any more. */
  rotateKeys(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A real OpenID provider on loopback, for the demo, development and tests. It asks for a login name and for no
 * password: it must never be reached from another machine.
 */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const ownRedirect = `${url}/back`;
  const make = async () => {
    const { users, redirectUris = [], tokenLifetime = 15 * 60 } = options;
    const provider = providerOf({
      url,
      users,
      tokenLifetime,
      redirectUris: [...redirectUris, ownRedirect],
      key: await newKey(),
      cookieKey: randomBytes(32).toString("base64url"),
    });
    return interactions(provider, users);
  };
  let handle = await make();
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  await listen(server, port);
  return {
    url,
    audience: ISSUER_AUDIENCE,
    clientId: ISSUER_CLIENT_ID,
    tokenFor: (login) =>
      signIn({ url, clientId: ISSUER_CLIENT_ID, redirect: ownRedirect, login }),
    rotateKeys: async () => {
      handle = await make();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
