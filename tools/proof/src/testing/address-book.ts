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
