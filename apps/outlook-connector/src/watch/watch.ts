import { faultOf, type Log } from "@ams-sync/connector-kit";
import type { GraphClient } from "../graph/client.js";
import type { Addresses, Addressee } from "./address.js";
import { type Listed, Subscriptions } from "./subscriptions.js";
import type { Subscription, WatchToken } from "./watch-token.js";

const HOUR = 60 * 60 * 1_000;
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

/** What one try left behind. */
interface Kept {
  readonly places: WatchToken["places"];
  readonly failures: readonly unknown[];
}

/**
 * The subscriptions of one stream: made where they are missing, renewed long before they end, found again where the token
 * was lost. While all stand nothing is asked.
 */
export class Watch {
  readonly #subscriptions: Subscriptions;
  #done = false;

  constructor(private readonly parts: WatchParts) {
    const { client, addresses, addressee, now } = parts;
    this.#subscriptions = new Subscriptions(client, addresses, addressee, now);
  }

  /** @returns what the token is to remember. It never fails: without subscriptions polling alone must do. */
  async keep(known: WatchToken | undefined): Promise<WatchToken | undefined> {
    const { addresses, now, log } = this.parts;
    const { mark } = addresses;
    const ours = known?.mark === mark ? known : undefined;
    if (this.#done || (ours?.again ?? 0) > now() || !this.#isDue(ours))
      return known;
    this.#done = true;
    const { places, failures } = await this.#renewAll(ours?.places ?? {});
    if (failures.length === 0) return { mark, places };
    log.warn(
      { ...this.parts.addressee, faults: failures.map(faultOf) },
      "Microsoft 365 could not be asked to tell of changes; they are noticed by polling, and it is asked again in an hour",
    );
    return { mark, places, again: now() + AGAIN_MS };
  }

  /** Also of those that the token does not know: a run may have died before it was stored. @throws ConnectorError */
  async callOff(known: WatchToken | undefined): Promise<void> {
    const subscriptions = this.#subscriptions;
    for (const { id } of Object.values(known?.places ?? {}))
      await subscriptions.remove(id);
    for (const { id } of await subscriptions.mine())
      await subscriptions.remove(id);
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

  /** Each for itself: what is refused for one of them is no reason against the others. */
  async #renewAll(known: WatchToken["places"]): Promise<Kept> {
    const subscriptions = this.#subscriptions;
    const failures: unknown[] = [];
    const trying = async (work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        failures.push(error);
      }
    };
    const places = { ...known };
    const wanted = this.#wanted;
    let found: readonly Listed[] = [];
    let unlisted = false;
    if (!wanted.every((place) => places[place]))
      await trying(async () => {
        unlisted = true;
        found = await subscriptions.mine();
        unlisted = false;
      });
    for (const place of wanted) {
      const url = subscriptions.urlOf(place);
      const there = places[place] ?? found.find((one) => one.url === url);
      // It may stand, and would be made twice.
      if (there === undefined && unlisted) continue;
      if (there) places[place] = { id: there.id, until: there.until };
      await trying(() => this.#stand(place, places));
    }
    const kept = new Set(wanted.map((place) => places[place]?.id));
    for (const [place, { id }] of Object.entries(places))
      if (!kept.has(id))
        await trying(async () => {
          await subscriptions.remove(id);
          delete places[place];
        });
    for (const { id } of found)
      if (!kept.has(id)) await trying(() => subscriptions.remove(id));
    return { places, failures };
  }

  /** Leaves in `places` what stands, also where it fails. */
  async #stand(
    place: string,
    places: Record<string, Subscription>,
  ): Promise<void> {
    const id = places[place]?.id;
    try {
      const renewed =
        id === undefined ? id : await this.#subscriptions.renew(id);
      if (renewed === undefined) delete places[place];
      places[place] = renewed ?? (await this.#subscriptions.make(place));
    } catch (error) {
      // What Graph does not tell of any more is due, whenever it is tried again.
      if (places[place] && this.parts.unwatched)
        places[place] = { ...places[place], until: this.parts.now() };
      throw error;
    }
  }
}
