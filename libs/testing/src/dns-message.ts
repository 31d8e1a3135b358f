import { isIP } from "node:net";

const HEADER = 12;
const FAMILY = new Map([
  [1, 4],
  [28, 6],
]);

/** Of a message with one question (RFC 1035 section 4.1). */
export function dnsQuestion(message: Buffer): { name: string; type: number } {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = message.readUInt8(at); length > 0;) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
    length = message.readUInt8(at);
  }
  return {
    name: labels.join(".").toLowerCase(),
    type: message.readUInt16BE(at + 1),
  };
}

/** Those of the addresses that the question is for, with a TTL of 0; undefined: there is no such name. */
export function dnsReply(
  message: Buffer,
  addresses: readonly string[] | undefined,
): Buffer {
  const { type } = dnsQuestion(message);
  const records = (addresses ?? [])
    .filter((address) => FAMILY.get(type) === isIP(address))
    .map((address) => {
      const data = isIP(address) === 4 ? ipv4(address) : ipv6(address);
      // A pointer to the name in the question, the type, class IN.
      const fixed = [0xc0, HEADER, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length];
      return Buffer.from([...fixed, ...data]);
    });
  const header = Buffer.alloc(HEADER);
  message.copy(header, 0, 0, 2);
  // An answer with authority; 3 is "no such name".
  header.writeUInt16BE(0x8580 | (addresses === undefined ? 3 : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  const question = message.subarray(HEADER, message.indexOf(0, HEADER) + 5);
  return Buffer.concat([header, question, ...records]);
}

const ipv4 = (address: string): number[] => address.split(".").map(Number);

function ipv6(address: string): number[] {
  const { hostname } = new URL(`http://[${address}]/`);
  const [before = [], after] = hostname
    .slice(1, -1)
    .split("::")
    .map((side) => side.split(":").filter((word) => word !== ""));
  const zeros = 8 - before.length - (after?.length ?? 0);
  return [...before, ...Array<string>(zeros).fill("0"), ...(after ?? [])]
    .map((word) => Number.parseInt(word, 16))
    .flatMap((word) => [word >> 8, word & 0xff]);
}
