import {
  accessDenied,
  badRequest,
  bodyRefused,
  Refusal,
} from "../http/refusal.js";
import type { Container } from "../mailbox/container.js";
import type { Mailbox, MailboxChange } from "../mailbox/mailbox.js";
import { checkBody, isObject, type Json } from "../odata/edm.js";
import { subscriptionType } from "../odata/types.js";
import { isoSeconds } from "../clock.js";
import type { Caller } from "../sign-in/tokens.js";

/** facts/graph.md, "Notifications". */
export const MOST_MINUTES = 10_080;
const MOST_STATE = 128;
const CHANGES = ["created", "updated", "deleted"];

export interface Subscription {
  readonly id: string;
  readonly caller: Caller;
  readonly mailbox: Mailbox;
  /** Absent: all calendars. */
  readonly container: Container | undefined;
  readonly kind: "contacts" | "events";
  readonly changeTypes: readonly string[];
  readonly immutableIds: boolean;
  readonly resource: string;
  readonly clientState: string | null;
  readonly lifecycleUrl: string | null;
  notificationUrl: string;
  /** Epoch ms. */
  until: number;
  /** Graph waits for its reauthorisation, and is silent meanwhile. */
  paused: boolean;
}

const invalid = (message: string): Refusal =>
  new Refusal(400, "InvalidRequest", message);

export interface Watched {
  readonly mailbox: Mailbox;
  readonly kind: "contacts" | "events";
  readonly container: Container | undefined;
}

/** Contacts per folder, events only per mailbox. */
export function watched(
  resource: string,
  mailboxOf: (owner: string, kind: Watched["kind"]) => Mailbox,
  caller: Caller,
): Watched {
  const parts = resource.replace(/^\//, "").split("/").map(decodeURIComponent);
  const [root, name = ""] = parts;
  const me = root?.toLowerCase() === "me";
  if (!me && root?.toLowerCase() !== "users")
    throw invalid(`The resource '${resource.slice(0, 200)}' is not supported.`);
  if (me && caller.user === undefined) throw accessDenied();
  const owner = me ? (caller.user ?? "") : name;
  const rest = parts.slice(me ? 1 : 2);
  if (rest.length === 1 && rest[0] === "events")
    return {
      mailbox: mailboxOf(owner, "events"),
      kind: "events",
      container: undefined,
    };
  const [first, id = "", last] = rest;
  const folder = first === "contactFolders" && last === "contacts";
  if (!folder && !(rest.length === 1 && first === "contacts"))
    throw invalid(`The resource '${resource.slice(0, 200)}' is not supported.`);
  const mailbox = mailboxOf(owner, "contacts");
  return {
    mailbox,
    kind: "contacts",
    container: folder
      ? mailbox.container("contacts", id)
      : mailbox.defaults.contacts,
  };
}

/** Judges a body, of a new subscription or of a change to one. */
export function checkSubscription(body: unknown, now: number): Json {
  if (!isObject(body)) throw bodyRefused("A 'StartObject' node was expected.");
  checkBody(subscriptionType, body);
  const { changeType, clientState, expirationDateTime } = body;
  if (body["includeResourceData"] === true)
    throw badRequest("The simulator sends no resource data.");
  if (typeof changeType === "string")
    for (const one of changeType.split(","))
      if (!CHANGES.includes(one.trim()))
        throw invalid(`The changeType '${one.slice(0, 50)}' is not supported.`);
  if (typeof clientState === "string" && clientState.length > MOST_STATE)
    throw invalid(`'clientState' has at most ${MOST_STATE} characters.`);
  for (const name of ["notificationUrl", "lifecycleNotificationUrl"])
    if (typeof body[name] === "string") checkUrl(name, body[name]);
  if (typeof expirationDateTime === "string") {
    const minutes = (Date.parse(expirationDateTime) - now) / 60_000;
    if (minutes <= 0)
      throw invalid("Subscription expiration must be in the future.");
    if (minutes > MOST_MINUTES)
      throw invalid(
        `Subscription expiration can only be ${MOST_MINUTES} minutes in the future.`,
      );
  }
  return body;
}

/** Graph calls https only; the simulator calls this machine without it as well. */
function checkUrl(name: string, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const here = url?.hostname === "127.0.0.1" || url?.hostname === "localhost";
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && here))
    throw invalid(`The '${name}' must be an https address.`);
}

export function required(body: Json): void {
  for (const name of [
    ...["changeType", "notificationUrl", "resource", "expirationDateTime"],
  ])
    if (typeof body[name] !== "string" || body[name] === "")
      throw invalid(`'${name}' is required.`);
}

export const subscriptionJson = (one: Subscription): Json => ({
  id: one.id,
  resource: one.resource,
  applicationId: one.caller.app,
  changeType: one.changeTypes.join(","),
  clientState: one.clientState,
  notificationUrl: one.notificationUrl,
  notificationQueryOptions: null,
  lifecycleNotificationUrl: one.lifecycleUrl,
  expirationDateTime: isoSeconds(one.until),
  creatorId: one.caller.user ?? one.caller.app,
  includeResourceData: null,
  latestSupportedTlsVersion: "v1_2",
  encryptionCertificate: null,
  encryptionCertificateId: null,
  notificationUrlAppId: null,
});

export const concerns = (
  one: Subscription,
  change: MailboxChange,
  mailbox: Mailbox,
): boolean =>
  one.mailbox === mailbox &&
  one.kind === change.item.kind &&
  one.changeTypes.includes(change.type) &&
  change.container !== mailbox.deletedItems[one.kind] &&
  (one.container === undefined || one.container === change.container);
