import { faultOf, type Log } from "@ams-sync/connector-kit";
import { type Answer, isOk, memberOf } from "../graph/answer.js";
import type { GraphClient } from "../graph/client.js";
import { isEntity, valuesIn } from "../graph/pages.js";
import type { Addresses, Addressee } from "./address.js";
import type { Subscription, WatchToken } from "./watch-token.js";

const HOUR = 60 * 60 * 1_000;
/** Asked for; Graph grants 7 days at most. What nobody can call off any more is over after so long. */
const LASTS_MS = 48 * HOUR;
/** With less than this left it is renewed. Accounts are polled every few minutes anyhow. */
const RENEW_MS = 24 * HOUR;
/** After a failure polling alone must do for so long. */
const AGAIN_MS = HOUR;

export interface WatchParts {
  readonly client: GraphClient;
  readonly addresses: Addresses;
  readonly addressee: Addressee;
  /** Graph's ids of what is watched: contacts are told by folder, events of all calendars together. */
  readonly folders: readonly string[];
  readonly now: () => number;
  readonly log: Log;
  /** Graph has said that it stops telling. */
  readonly unwatched: boolean;
}

/**
 * The subscriptions of one stream: made where they are missing, renewed long before they end, found again where the token
 * was lost. While all stand nothing is asked.
 */
export class Watch {
  #done = false;

  constructor(private readonly parts: WatchParts) {}

  /** @returns what the token is to remember. It never fails: without subscriptions polling alone must do. */
  async keep(known: WatchToken | undefined): Promise<WatchToken | undefined> {
    const { addresses, now, log } = this.parts;
    const ours = known?.mark === addresses.mark ? known : undefined;
    if (this.#done || (ours?.again ?? 0) > now() || !this.#isDue(ours))
      return known;
    this.#done = true;
    const places = { ...ours?.places };
    try {
      await this.#renewAll(places);
      return { mark: addresses.mark, places };
    } catch (error) {
      log.warn(
        { ...this.parts.addressee, fault: faultOf(error) },
        "Microsoft 365 could not be asked to tell of changes; they are noticed by polling, and it is asked again in an hour",
      );
      const kept = this.parts.unwatched ? over(places, now()) : places;
      return { mark: addresses.mark, places: kept, again: now() + AGAIN_MS };
    }
  }

  /** @throws ConnectorError */
  async callOff(known: WatchToken | undefined): Promise<void> {
    const ids = known
      ? Object.values(known.places).map(({ id }) => id)
      : (await this.#mine()).map(({ id }) => id);
    for (const id of ids) await this.#remove(id);
  }

  #isDue(ours: WatchToken | undefined): boolean {
    if (ours === undefined || this.parts.unwatched) return true;
    const least = this.parts.now() + RENEW_MS;
    return (
      this.#wanted.some((place) => (ours.places[place]?.until ?? 0) < least) ||
      Object.keys(ours.places).some((place) => !this.#wanted.includes(place))
    );
  }

  get #wanted(): readonly string[] {
    const { addressee, folders } = this.parts;
    return addressee.stream === "contacts" ? folders : [""];
  }

  /** Leaves in `places` what stands, also where it fails. */
  async #renewAll(places: Record<string, Subscription>): Promise<void> {
    const { addresses, addressee } = this.parts;
    const found = this.#wanted.every((place) => places[place])
      ? []
      : await this.#mine();
    for (const place of this.#wanted) {
      const url = addresses.of(addressee, place);
      const id = places[place]?.id ?? found.find((one) => one.url === url)?.id;
      const renewed = id === undefined ? undefined : await this.#renew(id);
      if (renewed === undefined) delete places[place];
      places[place] = renewed ?? (await this.#make(place, url));
    }
    const kept = new Set(this.#wanted.map((place) => places[place]?.id));
    for (const [place, { id }] of Object.entries(places))
      if (!kept.has(id)) {
        await this.#remove(id);
        delete places[place];
      }
    for (const { id } of found) if (!kept.has(id)) await this.#remove(id);
  }

  /** Also those that were made at an earlier public address. Graph does not tell of whom their secrets are. */
  async #mine(): Promise<
    readonly { readonly id: string; readonly url: string }[]
  > {
    const { client, addresses, addressee } = this.parts;
    const found: { id: string; url: string }[] = [];
    let answer = client.successOf(await client.global("GET", "/subscriptions"));
    for (;;) {
      for (const one of valuesIn(answer)) {
        const url = memberOf(one, "notificationUrl");
        if (typeof url === "string" && addresses.isOf(addressee, url))
          found.push({ id: one.id ?? "", url });
      }
      const next = memberOf(answer.body, "@odata.nextLink");
      if (typeof next !== "string") return found;
      answer = client.successOf(await client.follow(next));
    }
  }

  /** Which authorises it anew as well. @returns undefined where there is none */
  async #renew(id: string): Promise<Subscription | undefined> {
    const answer = await this.parts.client.global("PATCH", pathOf(id), {
      expirationDateTime: this.#end(),
    });
    return answer.status === 404 ? undefined : this.#read(answer);
  }

  async #make(place: string, url: string): Promise<Subscription> {
    const { client, addresses } = this.parts;
    const what =
      place === ""
        ? "/events"
        : `/contactFolders/${encodeURIComponent(place)}/contacts`;
    const answer = await client.global("POST", "/subscriptions", {
      changeType: "created,updated,deleted",
      notificationUrl: url,
      // Can be said only now.
      lifecycleNotificationUrl: url,
      resource: `${client.mailboxPath}${what}`,
      expirationDateTime: this.#end(),
      clientState: addresses.secretOf(url),
    });
    return this.#read(answer);
  }

  async #remove(id: string): Promise<void> {
    const { client } = this.parts;
    const answer = await client.global("DELETE", pathOf(id));
    if (!isOk(answer) && answer.status !== 404) throw client.refusal(answer);
  }

  #end(): string {
    return new Date(this.parts.now() + LASTS_MS).toISOString();
  }

  /** Graph may grant less than was asked for. */
  #read(answer: Answer): Subscription {
    const { body } = this.parts.client.successOf(answer);
    const until = Date.parse(String(memberOf(body, "expirationDateTime")));
    return {
      id: isEntity(body) ? (body.id ?? "") : "",
      until: Number.isNaN(until) ? this.parts.now() + LASTS_MS : until,
    };
  }
}

/** What Graph does not tell of any more is due, whenever it is tried again. */
const over = (places: WatchToken["places"], now: number) =>
  Object.fromEntries(
    Object.entries(places).map(([place, { id }]) => [
      place,
      { id, until: now },
    ]),
  );

const pathOf = (id: string): string =>
  `/subscriptions/${encodeURIComponent(id)}`;
