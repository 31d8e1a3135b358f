import { randomUUID } from "node:crypto";
import { isoSeconds, type GraphClock } from "../clock.js";
import { Refusal } from "../http/refusal.js";
import type { Mailbox, MailboxChange } from "../mailbox/mailbox.js";
import type { Json } from "../odata/edm.js";
import { etagOf, idOf } from "../resources/entity.js";
import type { Caller } from "../sign-in/tokens.js";
import { Delivery } from "./delivery.js";
import {
  checkSubscription,
  concerns,
  required,
  type Subscription,
  type Watched,
} from "./subscription.js";

export type LifecycleEvent =
  "reauthorizationRequired" | "subscriptionRemoved" | "missed";

const ODATA_TYPE = {
  contacts: "#Microsoft.Graph.Contact",
  events: "#Microsoft.Graph.Event",
} as const;

/** All subscriptions, and what they are told. */
export class Subscriptions {
  readonly #held = new Map<string, Subscription>();
  readonly #listening = new Set<Mailbox>();
  readonly delivery: Delivery;
  /** Changes are told to nobody: as where no public address can be reached. */
  muted = false;
  /** Grants less than was asked for; it is read back in the answer. */
  shortenToMinutes: number | undefined;

  constructor(
    readonly clock: GraphClock,
    /** Sees each notification before it goes out. */
    readonly seen: (notification: Json) => void,
  ) {
    this.delivery = new Delivery(clock);
  }

  /** Those that have not expired. */
  get all(): readonly Subscription[] {
    const now = this.clock.epoch();
    for (const [id, { until }] of this.#held)
      if (until <= now) this.#held.delete(id);
    return [...this.#held.values()];
  }

  of(caller: Caller): Subscription[] {
    return this.all.filter(
      (one) =>
        one.caller.app === caller.app && one.caller.tenant === caller.tenant,
    );
  }

  one(caller: Caller, id: string): Subscription {
    const found = this.of(caller).find((each) => each.id === id);
    if (found === undefined)
      throw new Refusal(404, "ResourceNotFound", "The object was not found.");
    return found;
  }

  async add(
    caller: Caller,
    body: unknown,
    watch: (resource: string) => Watched,
    immutableIds: boolean,
  ): Promise<Subscription> {
    const asked = checkSubscription(body, this.clock.epoch());
    required(asked);
    const made: Subscription = {
      id: randomUUID(),
      caller,
      ...watch(String(asked["resource"])),
      changeTypes: String(asked["changeType"])
        .split(",")
        .map((one) => one.trim()),
      immutableIds,
      resource: String(asked["resource"]),
      clientState: textOr(asked["clientState"]),
      lifecycleUrl: textOr(asked["lifecycleNotificationUrl"]),
      notificationUrl: String(asked["notificationUrl"]),
      until: this.#granted(String(asked["expirationDateTime"])),
      paused: false,
    };
    for (const url of [made.notificationUrl, made.lifecycleUrl])
      if (url !== null) await this.#shakeHands(url);
    this.#held.set(made.id, made);
    this.#listen(made.mailbox);
    return made;
  }

  async #shakeHands(url: string): Promise<void> {
    // Spaces and signs that an address must encode: who answers with them still encoded has not decoded them.
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()} + 100%`;
    const problem = await this.delivery.handshake(url, token);
    if (problem !== undefined)
      throw new Refusal(400, "ValidationError", problem);
  }

  async change(one: Subscription, body: unknown): Promise<void> {
    const asked = checkSubscription(body, this.clock.epoch());
    const strange = Object.keys(asked).find(
      (name) => name !== "expirationDateTime" && name !== "notificationUrl",
    );
    if (strange !== undefined)
      throw new Refusal(
        400,
        "InvalidRequest",
        `'${strange}' of a subscription cannot be changed.`,
      );
    const { notificationUrl, expirationDateTime } = asked;
    if (typeof notificationUrl === "string") {
      await this.#shakeHands(notificationUrl);
      one.notificationUrl = notificationUrl;
    }
    if (typeof expirationDateTime === "string")
      one.until = this.#granted(expirationDateTime);
    one.paused = false;
  }

  #granted(asked: string): number {
    const most = (this.shortenToMinutes ?? Infinity) * 60_000;
    return Math.min(Date.parse(asked), this.clock.epoch() + most);
  }

  remove(one: Subscription): void {
    this.#held.delete(one.id);
  }

  /** To the lifecycle addresses, of one subscription or of all. */
  async lifecycle(event: LifecycleEvent, id?: string): Promise<void> {
    const meant = this.all.filter((one) => id === undefined || one.id === id);
    for (const one of meant) {
      if (event === "subscriptionRemoved") this.remove(one);
      if (event === "reauthorizationRequired") one.paused = true;
    }
    await Promise.all(
      meant.map((one) =>
        one.lifecycleUrl === null
          ? undefined
          : this.#send(one.lifecycleUrl, {
              ...common(one),
              lifecycleEvent: event,
            }),
      ),
    );
  }

  #listen(mailbox: Mailbox): void {
    if (this.#listening.has(mailbox)) return;
    this.#listening.add(mailbox);
    mailbox.listeners.add((change) => this.#tell(mailbox, change));
  }

  #tell(mailbox: Mailbox, change: MailboxChange): void {
    if (this.muted) return;
    for (const one of this.all)
      if (!one.paused && concerns(one, change, mailbox))
        void this.#send(one.notificationUrl, {
          ...common(one),
          changeType: change.type,
          ...resourceOf(one, change, mailbox),
        });
  }

  async #send(url: string, notification: Json): Promise<void> {
    const body = { value: [notification] };
    this.seen(body);
    await this.delivery.post(url, body);
  }
}

const textOr = (value: unknown): string | null =>
  typeof value === "string" ? value : null;

const common = (one: Subscription): Json => ({
  subscriptionId: one.id,
  subscriptionExpirationDateTime: isoSeconds(one.until),
  clientState: one.clientState,
  tenantId: one.caller.tenant,
});

function resourceOf(
  one: Subscription,
  { item }: MailboxChange,
  mailbox: Mailbox,
): Json {
  const id = idOf(item, one.immutableIds);
  const kind = one.kind === "contacts" ? "Contacts" : "Events";
  const resource = `Users/${mailbox.id}/${kind}/${id}`;
  return {
    resource,
    resourceData: {
      "@odata.type": ODATA_TYPE[one.kind],
      "@odata.id": resource,
      "@odata.etag": etagOf(item),
      id,
    },
  };
}
