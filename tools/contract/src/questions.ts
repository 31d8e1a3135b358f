import { randomUUID } from "node:crypto";
import type { StreamKind } from "@ams-sync/sync-core";
import {
  at,
  type DavAnswer,
  type DavClient,
  NAMESPACES,
  textOf as textIn,
  xmlIn,
} from "./dav/client.js";
import { factsIn } from "./dav/facts.js";
import { textOf } from "./dav/texts.js";

/** Collections that are ours to try things in; a server may keep one kind only. */
export class Place {
  constructor(
    readonly client: DavClient,
    private readonly made: Readonly<Partial<Record<StreamKind, string>>>,
  ) {}

  /** @throws CannotLook */
  get book(): string {
    if (this.made.contacts !== undefined) return this.made.contacts;
    throw new CannotLook("keeps no address books: not asked");
  }

  /** @throws CannotLook */
  get calendar(): string {
    if (this.made.appointments !== undefined) return this.made.appointments;
    throw new CannotLook("keeps no calendars: not asked");
  }

  get any(): string {
    return this.made.contacts ?? this.calendar;
  }
}

export const CREATE = { "if-none-match": "*" };
export const CARD = { "content-type": "text/vcard; charset=utf-8" };
export const EVENT = { "content-type": "text/calendar; charset=utf-8" };
const XML = { "content-type": "application/xml; charset=utf-8" };

export const cardText = (uid: string, name = "Käthe"): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\nFN:${name} Übel\r\nN:Übel;${name};;;\r\nEND:VCARD\r\n`;

export const worked = ({ status }: DavAnswer): boolean =>
  status >= 200 && status < 300 && status !== 207;

/** The trap cannot be looked for; `message` is what the server does instead. */
export class CannotLook extends Error {
  override readonly name = "CannotLook";
}

/** @throws CannotLook where nothing can be built on this answer to a PUT */
export function mustBeTaken(answer: DavAnswer): DavAnswer {
  if (worked(answer)) return answer;
  throw new CannotLook(`takes no plain item (${answer.status}): not asked`);
}

interface Card {
  readonly uid: string;
  readonly url: string;
  readonly answer: DavAnswer;
}

export async function putCard({ client, book }: Place): Promise<Card> {
  const uid = randomUUID();
  const { href: url } = new URL(`${uid}.vcf`, book);
  const headers = { ...CARD, ...CREATE };
  const answer = mustBeTaken(
    await client.ask("PUT", url, { headers, body: cardText(uid) }),
  );
  return { uid, url, answer };
}

export const replace = (
  { client }: Place,
  { uid, url }: Pick<Card, "uid" | "url">,
  condition: Readonly<Record<string, string>>,
  name: string,
): Promise<DavAnswer> =>
  client.ask("PUT", url, {
    headers: { ...CARD, ...condition },
    body: cardText(uid, name),
  });

export const report = (
  { client, book }: Place,
  body: string,
  depth: "0" | "1",
): Promise<DavAnswer> =>
  client.ask("REPORT", book, { headers: { ...XML, depth }, body });

export const sync = (place: Place, token: string): Promise<DavAnswer> =>
  report(
    place,
    `<d:sync-collection ${NAMESPACES}><d:sync-token>${token.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>`,
    "0",
  );

export const tokenIn = ({ text }: DavAnswer): string =>
  textIn(at(xmlIn(text), "multistatus", "sync-token"));

interface SentAndStored {
  readonly sent: string;
  readonly stored: string;
}

async function storedAs(
  place: Place,
  sample: "rich-card" | "rich-event" | "escaped-card" | "escaped-event",
): Promise<SentAndStored> {
  const isCard = sample.endsWith("card");
  const uid = randomUUID();
  const { href: url } = new URL(
    isCard ? `${uid}.vcf` : `${uid}.ics`,
    isCard ? place.book : place.calendar,
  );
  const sent = textOf(sample, uid);
  const headers = isCard ? CARD : EVENT;
  mustBeTaken(await place.client.ask("PUT", url, { headers, body: sent }));
  return { sent, stored: (await place.client.ask("GET", url)).text };
}

/** What of a sample the server does not give back as it came. */
export async function otherFacts(
  place: Place,
  sample: "rich-card" | "rich-event",
): Promise<readonly string[]> {
  const texts = await storedAs(place, sample);
  const [sent, stored] = [factsIn(texts.sent), factsIn(texts.stored)];
  return [
    ...sent.filter((fact) => !stored.includes(fact)),
    ...stored.filter((fact) => !sent.includes(fact)),
  ];
}

/** Sign by sign, with its escapes. */
function valueIn(text: string, property: string): string {
  const lines = text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/);
  const line = lines.find((one) =>
    new RegExp(`^${property}[;:]`, "i").test(one),
  );
  return (line ?? "").replace(/^[^:]*:/, "").replace(/[;\s]+$/, "");
}

export const escapesLost =
  (sample: "escaped-card" | "escaped-event", properties: readonly string[]) =>
  async (place: Place): Promise<string | undefined> => {
    const { sent, stored } = await storedAs(place, sample);
    const changed = properties.filter(
      (property) => valueIn(sent, property) !== valueIn(stored, property),
    );
    return changed.length > 0
      ? `changes those of ${changed.join(", ")}`
      : undefined;
  };

export async function letsAnybodyIn(
  client: DavClient,
  collection: string,
): Promise<boolean> {
  const { username } = client.login;
  // Nothing of the right one: servers write into their logs what failed.
  const login = Buffer.from(`${username}:${randomUUID()}`).toString("base64");
  const { status } = await client.ask("PROPFIND", collection, {
    headers: { depth: "0", authorization: `Basic ${login}` },
  });
  return status === 207;
}
