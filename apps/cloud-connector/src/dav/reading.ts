import type { Readable } from "node:stream";
import { ConnectorError } from "@ams-sync/connector-kit";
import type { Time } from "@ams-sync/connector-kit/http";
import type { Answer } from "./answer.js";

/** Reads an answer while it comes, so that a long one is never held as a whole. */
export type Read = (
  answer: Answer,
  pieces: AsyncIterable<string>,
) => Promise<void>;

/** The same, at leisure: the server's time to answer stands still while we are at work on what came. */
export const atLeisure =
  (read: Read, time: Time): Read =>
  (answer, pieces) =>
    read(answer, pausing(pieces, time));

async function* pausing(
  pieces: AsyncIterable<string>,
  time: Time,
): AsyncGenerator<string, void> {
  for await (const piece of pieces) {
    time.pause();
    try {
      yield piece;
    } finally {
      time.goOn();
    }
  }
}

/**
 * What comes of `stream`, read by `read`. What that stumbles over by itself is no failure of the connection: it would be
 * tried again and again, and nobody would hear of it.
 */
export async function readBy(
  read: Read,
  answer: Answer,
  pieces: AsyncIterable<string>,
  stream: Readable,
): Promise<void> {
  try {
    await read(answer, pieces);
  } catch (error) {
    if (error === stream.errored || error instanceof ConnectorError)
      throw error;
    throw new ConnectorError(
      "rejected",
      "The server's answer could not be read; the connector's log says more.",
      { cause: error },
    );
  }
}

export async function whole(pieces: AsyncIterable<string>): Promise<string> {
  const texts: string[] = [];
  for await (const piece of pieces) texts.push(piece);
  return texts.join("");
}
