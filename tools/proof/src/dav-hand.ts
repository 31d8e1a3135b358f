import ICAL from "ical.js";
import type { DavCollection, DavItem, DavLogin } from "./dav-reader.js";

/** Stores an item as a person's program does: all of its text, if nobody changed it since it was read. */
export async function saveItem(
  login: DavLogin,
  { url, etag }: Pick<DavItem, "url" | "etag">,
  text: string,
): Promise<void> {
  const calendar = text.startsWith("BEGIN:VCALENDAR");
  const { status } = await send(login, "PUT", url, text, {
    "content-type": calendar ? "text/calendar" : "text/vcard",
    ...(etag === "" ? { "if-none-match": "*" } : { "if-match": etag }),
  });
  if (status !== 201 && status !== 204)
    throw new Error(`PUT ${url} answered ${status}`);
}

export async function removeItem(login: DavLogin, url: string): Promise<void> {
  const { status } = await send(login, "DELETE", url);
  if (status !== 200 && status !== 204)
    throw new Error(`DELETE ${url} answered ${status}`);
}

const KINDS: Readonly<Record<DavCollection["kind"], string>> = {
  "address book": '<C:addressbook xmlns:C="urn:ietf:params:xml:ns:carddav"/>',
  calendar: '<C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/>',
};

/** A collection, made as a person's program does (RFC 5689). */
export async function makeCollection(
  login: DavLogin,
  kind: DavCollection["kind"],
  url: string,
  name: string,
): Promise<void> {
  const body = `<?xml version="1.0"?><mkcol xmlns="DAV:"><set><prop>
    <resourcetype><collection/>${KINDS[kind]}</resourcetype><displayname>${name}</displayname></prop></set></mkcol>`;
  const { status } = await send(login, "MKCOL", url, body, {
    "content-type": "application/xml",
  });
  if (status !== 201) throw new Error(`MKCOL answered ${status}`);
}

/** A card with another mobile number, and all else as it is. */
export function withMobile(vcard: string, number: string): string {
  const card = new ICAL.Component(ICAL.parse(vcard));
  const mobile = card
    .getAllProperties("tel")
    .find((tel) => /\bcell\b/i.test(String(tel.getParameter("type") ?? "")));
  if (mobile) mobile.setValue(number);
  else card.addPropertyWithValue("tel", number).setParameter("type", "CELL");
  return `${card.toString()}\r\n`;
}

/** A calendar with another text in its event's line, and all else as it is. */
export function withSummary(ics: string, text: string): string {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  calendar
    .getFirstSubcomponent("vevent")
    ?.updatePropertyWithValue("summary", text);
  return `${calendar.toString()}\r\n`;
}

const send = (
  { username, password }: DavLogin,
  method: string,
  url: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
      ...headers,
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(20_000),
  });
