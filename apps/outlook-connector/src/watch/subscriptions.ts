import { type Answer, isOk, memberOf } from "../graph/answer.js";
import type { GraphClient } from "../graph/client.js";
import { isEntity, valuesIn } from "../graph/pages.js";
import type { Addresses, Addressee } from "./address.js";
import type { Subscription } from "./watch-token.js";

const HOUR = 60 * 60 * 1_000;
/** Asked for; Graph grants 7 days at most. What nobody can call off any more is over after so long. */
const LASTS_MS = 48 * HOUR;

/** One as Graph lists it. */
export interface Listed extends Subscription {
  readonly url: string;
}

/** What is asked of Graph about the subscriptions of one stream. All throw ConnectorError. */
export class Subscriptions {
  constructor(
    private readonly client: GraphClient,
    private readonly addresses: Addresses,
    private readonly addressee: Addressee,
    private readonly now: () => number,
  ) {}

  /** Also those that were made at an earlier public address, or with an earlier key. */
  async mine(): Promise<readonly Listed[]> {
    const { client, addresses, addressee } = this;
    const found: Listed[] = [];
    let answer = client.successOf(await client.global("GET", "/subscriptions"));
    for (;;) {
      for (const one of valuesIn(answer)) {
        const url = memberOf(one, "notificationUrl");
        if (typeof url === "string" && addresses.isOf(addressee, url))
          found.push({ ...this.#asRead(one), url });
      }
      const next = memberOf(answer.body, "@odata.nextLink");
      if (typeof next !== "string") return found;
      answer = client.successOf(await client.follow(next));
    }
  }

  urlOf(place: string): string {
    return this.addresses.of(this.addressee, place);
  }

  /** Which authorises it anew as well. @returns undefined where there is none */
  async renew(id: string): Promise<Subscription | undefined> {
    const answer = await this.client.global("PATCH", pathOf(id), {
      expirationDateTime: this.#end(),
    });
    return answer.status === 404 ? undefined : this.#read(answer);
  }

  /** @param place Graph's id of the folder; "" for all calendars */
  async make(place: string): Promise<Subscription> {
    const { client, addresses } = this;
    const url = this.urlOf(place);
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

  async remove(id: string): Promise<void> {
    const answer = await this.client.global("DELETE", pathOf(id));
    if (!isOk(answer) && answer.status !== 404)
      throw this.client.refusal(answer);
  }

  #end(): string {
    return new Date(this.now() + LASTS_MS).toISOString();
  }

  #read(answer: Answer): Subscription {
    return this.#asRead(this.client.successOf(answer).body);
  }

  /** Graph may grant less than was asked for. */
  #asRead(body: unknown): Subscription {
    const until = Date.parse(String(memberOf(body, "expirationDateTime")));
    return {
      id: isEntity(body) ? (body.id ?? "") : "",
      until: Number.isNaN(until) ? this.now() + LASTS_MS : until,
    };
  }
}

const pathOf = (id: string): string =>
  `/subscriptions/${encodeURIComponent(id)}`;
