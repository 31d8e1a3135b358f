import type { Readable } from "node:stream";
import { ConnectorError } from "@ams-sync/connector-kit";

/** Reads UTF-8 to its end, at most `limit` bytes. */
export async function readBody(
  stream: Readable,
  limit: number,
  host: string,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > limit)
      throw new ConnectorError(
        "rejected",
        `${host} sent an answer of more than ${Math.round(limit / 2 ** 20)} MiB, which is refused; is the address that of a DAV server?`,
      );
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
