/** The address in a `mailto:` (RFC 6068), lower case; undefined where it names none, or another scheme does. */
export function mailAddressIn(uri: string): string | undefined {
  const [, address] = /^mailto:([^?]*)/i.exec(uri.trim()) ?? [];
  return address === undefined ? undefined : mailAddress(decoded(address));
}

/** What people and servers write where a bare address belongs. */
export function mailAddress(text: string): string | undefined {
  const mail = text
    .trim()
    .replace(/^mailto:/i, "")
    .toLowerCase();
  return mail.includes("@") ? mail : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // RFC 6068 2 wants a "%" to be encoded; where it is not it stands for itself.
    if (error instanceof URIError) return text;
    throw error;
  }
}
