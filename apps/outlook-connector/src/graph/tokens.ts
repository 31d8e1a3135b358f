import { ConnectorError } from "@ams-sync/connector-kit";
import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  type INetworkModule,
  type NetworkRequestOptions,
  type NodeAuthOptions,
  PublicClientApplication,
} from "@azure/msal-node";
import { z } from "zod";
import { errorOf } from "./errors.js";
import type { Cloud } from "./cloud.js";
import {
  certificateOf,
  type Credential,
  isDelegated,
  keyOf,
} from "./credential.js";
import { signInError } from "./sign-in-errors.js";
import { type Transport, stopped } from "./transport.js";

interface Held {
  readonly token: string;
  readonly until: number;
  /** What Microsoft gave in place of the refresh token. */
  readonly refreshToken?: string;
}

/** Before its end a token is renewed: one that ends on its way is a refusal. */
const EARLY_MS = 5 * 60 * 1_000;
/** Logins whose tokens are held. */
const MOST = 5_000;

/** Access tokens, one for each credential, held in memory until they end. */
export class Tokens {
  readonly #held = new Map<string, Held>();
  readonly #asked = new Map<string, Promise<Held>>();
  /** Logins in place of others. Kept after they are told: whoever comes with the former one could not store it. */
  readonly #renewed = new Map<string, Credential>();

  constructor(
    private readonly cloud: Cloud,
    private readonly transport: Transport,
    private readonly now: () => number,
  ) {}

  /** @param not a token that was refused: another one is got */
  async get(
    credential: Credential,
    signal: AbortSignal,
    not?: string,
  ): Promise<string> {
    const key = keyOf(credential);
    const held = this.#held.get(key);
    if (held && held.token !== not && held.until > this.now())
      return held.token;
    const asked = this.#asked.get(key) ?? this.#ask(key, credential);
    return (await unless(signal, asked)).token;
  }

  /**
   * The login with the refresh token that Microsoft gave in place of its own: the own one ends 90 days after it
   * was given, however often it is used. https://learn.microsoft.com/entra/identity-platform/refresh-tokens
   */
  renewal(credential: Credential): Credential | undefined {
    return this.#renewed.get(keyOf(credential));
  }

  #ask(key: string, credential: Credential): Promise<Held> {
    const asked = this.#acquire(credential)
      .then((held) => {
        keep(this.#held, key, held);
        const { refreshToken } = held;
        if (refreshToken !== undefined && isDelegated(credential)) {
          const renewed = { ...credential, refreshToken };
          keep(this.#renewed, key, renewed);
          // Whoever comes with that one need not ask again.
          keep(this.#held, keyOf(renewed), held);
        }
        return held;
      })
      .finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  async #acquire(credential: Credential): Promise<Held> {
    const scopes = [new URL("/.default", this.cloud.graph).href];
    let result: AuthenticationResult | null;
    let refreshToken: string | undefined;
    try {
      if (isDelegated(credential)) {
        const { refreshToken: own, secret } = credential;
        const how = this.#options(credential, {
          ...(secret !== undefined && { clientSecret: secret }),
        });
        const app =
          secret === undefined
            ? new PublicClientApplication(how)
            : new ConfidentialClientApplication(how);
        result = await app.acquireTokenByRefreshToken({
          ...{ refreshToken: own, scopes },
          // Else msal keeps what was renewed to itself.
          forceCache: true,
        });
        refreshToken = otherThan(own, app.getTokenCache().serialize());
      } else {
        const proof =
          "secret" in credential
            ? { clientSecret: credential.secret }
            : { clientCertificate: certificateOf(credential.certificate) };
        const app = new ConfidentialClientApplication(
          this.#options(credential, proof),
        );
        result = await app.acquireTokenByClientCredential({ scopes });
      }
    } catch (error) {
      throw signInError(error);
    }
    if (!result?.accessToken)
      throw new ConnectorError(
        "transient",
        "Microsoft's sign-in gave no token; tried again later.",
      );
    const until = (result.expiresOn?.getTime() ?? 0) - EARLY_MS;
    return {
      ...{ token: result.accessToken, until },
      ...(refreshToken !== undefined && { refreshToken }),
    };
  }

  /** With what msal would otherwise ask the authority for: the endpoints are the same everywhere. */
  #options({ tenant, clientId }: Credential, proof: Partial<NodeAuthOptions>) {
    const { authority } = this.cloud;
    const base = authority.href.replace(/\/$/, "");
    const at = (path: string): string => `${base}${path}`;
    return {
      auth: {
        ...proof,
        clientId,
        // msal knows https only; where the authority really is, the metadata say.
        authority: `https://${authority.host}${authority.pathname.replace(/\/$/, "")}/${tenant}`,
        knownAuthorities: [authority.host],
        authorityMetadata: JSON.stringify({
          issuer: at(`/${tenant}/v2.0`),
          authorization_endpoint: at(`/${tenant}/oauth2/v2.0/authorize`),
          token_endpoint: at(`/${tenant}/oauth2/v2.0/token`),
          jwks_uri: at(`/${tenant}/discovery/v2.0/keys`),
          end_session_endpoint: at(`/${tenant}/oauth2/v2.0/logout`),
        }),
      },
      system: {
        networkClient: networkOf(this.transport, this.now),
        disableInternalRetries: true,
      },
    };
  }
}

/** Bounded: what was used longest ago goes. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}

const cached = z.object({
  RefreshToken: z.record(z.string(), z.object({ secret: z.string() })),
});

/** msal hands refresh tokens out in the text of its cache only. */
function otherThan(own: string, cache: string): string | undefined {
  const read = cached.safeParse(JSON.parse(cache));
  return Object.values(read.data?.RefreshToken ?? {})
    .map(({ secret }) => secret)
    .find((secret) => secret !== own);
}

/** msal's requests go the way of all others: egress guard, time limit, telemetry. */
function networkOf(transport: Transport, now: () => number): INetworkModule {
  const send =
    (method: string) =>
    async <T>(url: string, options?: NetworkRequestOptions) => {
      const answer = await transport.send({
        ...{ method, url: new URL(url), headers: options?.headers ?? {} },
        ...(options?.body !== undefined && { body: options.body }),
      });
      if (answer.status === 429) throw errorOf(answer, now());
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: (answer.body ?? {}) as T,
      };
    };
  return {
    sendGetRequestAsync: send("GET"),
    sendPostRequestAsync: send("POST"),
  };
}

/** The token may be others' too: whoever is in a hurry only stops waiting. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(stopped());
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    work
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}
