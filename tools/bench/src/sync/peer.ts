import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DavLogin } from "@ams-sync/proof";
import type { BenchContext } from "../bench.js";
import { vdirsyncerPair, type VdirsyncerPair } from "../vdirsyncer.js";
import type { Card } from "./bare-dav.js";
import type { ContestServer } from "./contest-server.js";

export interface Peer {
  readonly pair: VdirsyncerPair;
  readonly login: DavLogin;
  /** Address of its address book. */
  readonly book: string;
}

/** vdirsyncer between a folder that holds the cards and an empty address book; discovery is done and not measured. */
export async function peerWith(
  { data }: BenchContext,
  server: ContestServer,
  cards: readonly Card[],
): Promise<Peer> {
  const login = server.nextLogin();
  const { url, username, password } = login;
  const book = await server.makeBook(login);
  const pair = await vdirsyncerPair({
    url,
    user: username,
    password,
    collection: book,
    folder: join(data, `vdirsyncer-${randomUUID()}`),
  });
  for (const { name, text } of cards)
    await writeFile(join(pair.items, name), text);
  await pair.discover();
  return { pair, login, book };
}
