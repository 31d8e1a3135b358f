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
/** Each for one login in another sense; a try counts at all of them. */
const BY_LOGIN = {
  /** Below what locks an account at usual providers. One tenant's tries must not lock another's people out. */
  login: { points: 5, duration: 900 },
  /** Where somebody tries through hosts that lead to one another. */
  name: { points: 15, duration: 900 },
  /** Where somebody has many tenants. */
  "all-tenants": { points: 50, duration: 900 },
} as const;
type Limit = keyof typeof BY_LOGIN;
const LIMITS = ["login", "name", "all-tenants"] as const satisfies Limit[];

/** Counts tries of logins, for all replicas together; before they are made. */
export class LoginTries {
  readonly #byPerson: RateLimiterAbstract;
  readonly #byLogin: ReadonlyMap<Limit, RateLimiterAbstract>;

  constructor(private readonly dataSource: DataSource) {
    const store = {
      storeClient: dataSource,
      storeType: "typeorm",
      schemaName: "settings",
      tableName: "login_try",
      tableCreated: true,
    };
    const limiter = (keyPrefix: string, limit: typeof BY_PERSON) =>
      new RateLimiterPostgres({ ...store, ...limit, keyPrefix });
    this.#byPerson = limiter("person", BY_PERSON);
    this.#byLogin = new Map(
      LIMITS.map((limit) => [limit, limiter(limit, BY_LOGIN[limit])]),
    );
  }

  /** @throws Problem 429 */
  async count(tries: Tries): Promise<void> {
    await counted(this.#byPerson, personOf(tries));
    const done: Limit[] = [];
    for (const limit of LIMITS)
      try {
        await counted(this.#limiter(limit), KEYS[limit](tries));
        done.push(limit);
      } catch (refused) {
        await this.#giveBack(tries, done);
        throw refused;
      }
  }

  /** Nothing was said of the password: that one try does not count against the login. */
  async undecided(tries: Tries): Promise<void> {
    await this.#giveBack(tries, LIMITS);
  }

  /**
   * Whoever knows the password has not guessed. Where others count too only this try is forgotten: a login at a server
   * of one's own must not open the way to the same name elsewhere.
   */
  async succeeded(tries: Tries): Promise<void> {
    await this.#limiter("login").delete(KEYS.login(tries));
    await this.#giveBack(tries, ["name", "all-tenants"]);
  }

  /** The limiter's own `reward` leaves a point too many where the time ended meanwhile. */
  async #giveBack(tries: Tries, limits: readonly Limit[]): Promise<void> {
    await this.dataSource.query(
      `update settings.login_try set points = points - 1
       where key = any($1) and points > 0 and expire > $2`,
      [
        limits.map((limit) => this.#limiter(limit).getKey(KEYS[limit](tries))),
        Date.now(),
      ],
    );
  }

  #limiter(limit: Limit): RateLimiterAbstract {
    const found = this.#byLogin.get(limit);
    if (found === undefined) throw new TypeError("a limit without a counter");
    return found;
  }
}

const hash = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url");

const personOf = ({ tenantId, userId }: Tries): string =>
  hash(tenantId, userId);

/** By the host: one login must not be guessed through several of its addresses. */
const KEYS: Readonly<Record<Limit, (tries: Tries) => string>> = {
  login: (tries) => hash(tries.tenantId, hostOf(tries), nameOf(tries)),
  name: (tries) => hash(tries.tenantId, nameOf(tries)),
  "all-tenants": (tries) => hash(hostOf(tries), nameOf(tries)),
};

const nameOf = ({ username }: Tries): string =>
  username.trim().normalize("NFC").toLowerCase();

/** With its port, and without the dot that DNS allows at the end. URL has made it lower case. */
function hostOf({ serverUrl }: Tries): string {
  const { hostname, port, protocol } = new URL(serverUrl);
  const usual = protocol === "http:" ? "80" : "443";
  return `${hostname.replace(/\.$/, "")}:${port === "" ? usual : port}`;
}

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
