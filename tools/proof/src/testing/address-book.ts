import type { DavLogin } from "../dav-reader.js";

export function card(
  uid: string,
  n: string,
  fn: string,
  email: string,
): string {
  return [
    ...["BEGIN:VCARD", "VERSION:3.0", `UID:${uid}`, `N:${n};;;`, `FN:${fn}`],
    ...[`EMAIL;TYPE=HOME:${email}`, "END:VCARD", ""],
  ].join("\r\n");
}

/** An address book, made as a person's program does (RFC 5689). */
export async function makeBook(
  { username, password }: DavLogin,
  url: string,
  name: string,
): Promise<void> {
  const { status } = await fetch(url, {
    method: "MKCOL",
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
      "content-type": "application/xml",
    },
    body: `<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop>
      <resourcetype><collection/><C:addressbook/></resourcetype><displayname>${name}</displayname></prop></set></mkcol>`,
  });
  if (status !== 201) throw new Error(`MKCOL answered ${status}`);
}
