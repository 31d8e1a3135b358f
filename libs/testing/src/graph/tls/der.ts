/** The few DER forms (X.690) that a certificate is made of. */
const tagged = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content]);
};

const lengthOf = ({ length }: Buffer): number[] =>
  length < 0x80
    ? [length]
    : length < 0x100
      ? [0x81, length]
      : [0x82, length >> 8, length & 0xff];

export const sequence = (...parts: readonly Buffer[]): Buffer =>
  tagged(0x30, ...parts);

export const set = (...parts: readonly Buffer[]): Buffer =>
  tagged(0x31, ...parts);

/** @param bytes big-endian, not negative */
export const integer = (bytes: Buffer): Buffer =>
  tagged(
    0x02,
    (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes,
  );

export const octets = (content: Buffer): Buffer => tagged(0x04, content);

export const bits = (content: Buffer): Buffer =>
  tagged(0x03, Buffer.of(0), content);

export const utf8 = (text: string): Buffer =>
  tagged(0x0c, Buffer.from(text, "utf8"));

export const yes: Buffer = tagged(0x01, Buffer.of(0xff));

export const nothing: Buffer = tagged(0x05);

/** `[n]`, around its content or in place of its tag. */
export const context = (
  number: number,
  constructed: boolean,
  content: Buffer,
): Buffer => tagged((constructed ? 0xa0 : 0x80) + number, content);

export const utcTime = (epoch: number): Buffer =>
  tagged(
    0x17,
    Buffer.from(
      `${new Date(epoch).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14)}Z`,
    ),
  );

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const groups = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7)
      groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}
