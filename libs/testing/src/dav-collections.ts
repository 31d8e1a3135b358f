/** Address of a collection, and who may write there. */
export interface CollectionLogin {
  /** Ends with a slash. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** Makes an empty address book there (RFC 6352 section 5.2). @throws when it is there already */
export const makeAddressBook = (at: CollectionLogin): Promise<void> =>
  make(
    at,
    "MKCOL",
    `<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/><C:addressbook/></resourcetype></prop></set></mkcol>`,
  );

/** Makes an empty calendar there (RFC 4791 section 5.3.1). @throws when it is there already */
export const makeCalendar = (at: CollectionLogin): Promise<void> =>
  make(at, "MKCALENDAR");

export const basicAuthorization = ({
  username,
  password,
}: Omit<CollectionLogin, "url">): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

async function make(
  at: CollectionLogin,
  method: string,
  body?: string,
): Promise<void> {
  const answer = await fetch(at.url, {
    method,
    headers: {
      authorization: basicAuthorization(at),
      ...(body !== undefined && { "content-type": "application/xml" }),
    },
    ...(body !== undefined && { body }),
  });
  const text = await answer.text();
  if (answer.status !== 201)
    throw new Error(
      `${method} ${at.url} answered ${answer.status}: ${text.slice(0, 300)}`,
    );
}
