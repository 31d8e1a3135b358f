import { createHash } from "node:crypto";
import { Problem } from "@ams-sync/platform/rest";
import {
  RateLimiterPostgres,
  RateLimiterRes,
  type RateLimiterAbstract,
} from "rate-limiter-flexible";
import type { DataSource } from "typeorm";

export interface Tries {
  readonly tenantId: string;
  readonly userId: string;
  readonly serverUrl: string;
  readonly username: string;
}

/** A person who looks for the right address needs several; a program that looks for others' needs many. */
const BY_PERSON = { points: 20, duration: 600 };
/** Below what locks an account at usual providers. */
const BY_LOGIN = { points: 5, duration: 900 };

/** Counts tries of logins, for all replicas together; before they are made. */
export class LoginTries {
  readonly #byPerson: RateLimiterAbstract;
  readonly #byLogin: RateLimiterAbstract;

  constructor(dataSource: DataSource) {
    const store = {
      storeClient: dataSource,
      storeType: "typeorm",
      schemaName: "settings",
      tableName: "login_try",
      tableCreated: true,
    };
    this.#byPerson = new RateLimiterPostgres({
      ...{ ...store, ...BY_PERSON },
      keyPrefix: "person",
    });
    this.#byLogin = new RateLimiterPostgres({
      ...{ ...store, ...BY_LOGIN },
      keyPrefix: "login",
    });
  }

  /** @throws Problem 429 */
  async count(tries: Tries): Promise<void> {
    await counted(this.#byPerson, personOf(tries));
    await counted(this.#byLogin, loginOf(tries));
  }

  /** The server said nothing of the password: that one try does not count against the login. */
  async undecided(tries: Tries): Promise<void> {
    await this.#byLogin.reward(loginOf(tries));
  }

  /** Whoever knows the password has not guessed. */
  async succeeded(tries: Tries): Promise<void> {
    await this.#byLogin.delete(loginOf(tries));
  }
}

const hash = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url");

const personOf = ({ tenantId, userId }: Tries): string =>
  hash(tenantId, userId);

/** Of all tenants together, and by the host: one login must not be guessed through several of its addresses. */
const loginOf = ({ serverUrl, username }: Tries): string =>
  hash(new URL(serverUrl).host, username.trim().toLowerCase());

async function counted(
  limiter: RateLimiterAbstract,
  key: string,
): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    throw tooMany(seconds);
  }
}

const tooMany = (seconds: number): Problem => {
  const minutes = Math.ceil(seconds / 60);
  return new Problem("too-many-tries", {
    headers: { "retry-after": String(seconds) },
    more: () => ({ retryAfterSeconds: seconds }),
    detail: {
      de: `Diese Anmeldung wurde zu oft versucht. Bitte in ${minutes} Minuten noch einmal; es wurde nichts gespeichert.`,
      en: `This login was tried too often. Please try again in ${minutes} minutes; nothing was saved.`,
    },
  });
};
