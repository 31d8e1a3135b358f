import ICAL from "ical.js";
import type { DavItem, DavLogin } from "./dav-reader.js";

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
