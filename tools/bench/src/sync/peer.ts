import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchContext } from "../bench.js";
import { vdirsyncerPair, type VdirsyncerPair } from "../vdirsyncer.js";
import type { Card } from "./bare-dav.js";
import type { ContestServer } from "./contest-server.js";

/** vdirsyncer between a folder that holds the cards and an empty address book; discovery is done and not measured. */
export async function peerWith(
  { data }: BenchContext,
  server: ContestServer,
  cards: readonly Card[],
): Promise<VdirsyncerPair> {
  const { url, username, password } = server.nextLogin();
  const pair = await vdirsyncerPair({
    url,
    user: username,
    password,
    collection: await server.makeBook({ url, username, password }),
    folder: join(data, `vdirsyncer-${randomUUID()}`),
  });
  for (const { name, text } of cards)
    await writeFile(join(pair.items, name), text);
  await pair.discover();
  return pair;
}
