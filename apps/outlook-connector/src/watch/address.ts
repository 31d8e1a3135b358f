import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { AccountKey } from "@ams-sync/connector-kit";
import { STREAM_KINDS, type StreamKind } from "@ams-sync/sync-core";

/** Where Graph tells of changes. */
export interface Hooks {
  /** As the internet reaches it: "https://sync.example.com/graph/". */
  readonly url: URL;
  /** See `notificationKey`. */
  readonly key: Buffer;
}

/** Whom a notification is about. */
export interface Addressee {
  readonly account: AccountKey;
  readonly stream: StreamKind;
}

/** What an address says of itself. */
export interface Told {
  readonly addressee: Addressee;
  /** Whether this is the address's secret. */
  readonly opensWith: (secret: unknown) => boolean;
}

/**
 * Addresses that say whom they are about, and the secret that goes with each: any replica can tell a notification by
 * itself. They hold ids of ours and a hash, nothing of a customer.
 */
export class Addresses {
  /** Names address and key: subscriptions of others are made anew. */
  readonly mark: string;
  /** Part of each address: Graph never tells with which key a secret was made. */
  readonly #keyMark: string;

  constructor(private readonly hooks: Hooks) {
    this.mark = this.#mac(`mark ${hooks.url.href}`).slice(0, 12);
    this.#keyMark = this.#mac("mark of the key").slice(0, 8);
  }

  /** @param place Graph's id of the folder; "" for all calendars */
  of(addressee: Addressee, place: string): string {
    const hash = createHash("sha256").update(place).digest("base64url");
    return `${this.#base}${rootOf(addressee)}${hash.slice(0, 8)}${this.#keyMark}`;
  }

  /** Whether an address, also one below another public address or of another key, is of this account and stream. */
  isOf(addressee: Addressee, url: string): boolean {
    return tailOf(url).startsWith(rootOf(addressee));
  }

  /** At most 128 characters. */
  secretOf(url: string): string {
    return this.#mac(tailOf(url));
  }

  /** @returns undefined where nobody of ours is told of */
  read(path: string): Told | undefined {
    const addressee = addresseeIn(path);
    if (addressee === undefined) return undefined;
    const right = Buffer.from(this.secretOf(path));
    return {
      addressee,
      opensWith: (secret) => {
        if (typeof secret !== "string") return false;
        const told = Buffer.from(secret);
        return told.length === right.length && timingSafeEqual(told, right);
      },
    };
  }

  get #base(): string {
    const { href } = this.hooks.url;
    return href.endsWith("/") ? href : `${href}/`;
  }

  #mac(text: string): string {
    return createHmac("sha256", this.hooks.key)
      .update(text)
      .digest("base64url");
  }
}

/** What is in front of it is the ingress's: it may have been taken away on the way here. */
function tailOf(url: string): string {
  const [path = ""] = url.split("?");
  return path.split("/").slice(-3).join("/");
}

const rootOf = ({ account, stream }: Addressee): string =>
  `${bytesOf(account).toString("base64url")}/${stream}/`;

const bytesOf = ({ tenantId, accountId }: AccountKey): Buffer =>
  Buffer.from(`${tenantId}${accountId}`.replaceAll("-", ""), "hex");

function addresseeIn(path: string): Addressee | undefined {
  const [ids = "", kind, last = ""] = tailOf(path).split("/");
  const stream = STREAM_KINDS.find((one) => one === kind);
  if (!/^[\w-]{43}$/.test(ids) || !/^[\w-]{16}$/.test(last)) return undefined;
  const hex = Buffer.from(ids, "base64url").toString("hex");
  if (stream === undefined || hex.length !== 64) return undefined;
  return {
    account: {
      tenantId: uuidOf(hex.slice(0, 32)),
      accountId: uuidOf(hex.slice(32)),
    },
    stream,
  };
}

const uuidOf = (hex: string): string =>
  [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hex.slice(from, to))
    .join("-");
